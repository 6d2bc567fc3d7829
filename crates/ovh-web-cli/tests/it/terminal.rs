//! A pseudo-terminal, and a program that runs on it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// The longest time for an output. A test that waits so long has failed.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a program, says how it ended, and waits.
const SHELL: &str = "trap : INT; \"$0\" \"$@\"; printf '<exit code %s>' $?; read -r _";

/// The text before the exit code.
const END: &str = "<exit code ";

/// A program on a terminal.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    output: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    /// The bytes up to here were waited for.
    read: usize,
}

impl Terminal {
    /// Starts a program with only these variables.
    pub(crate) fn start(
        program: impl AsRef<OsStr>,
        arguments: &[&str],
        environment: &[(String, String)],
    ) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let size = Winsize {
            ws_row: 60,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let no_ctty = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let screen = File::options()
            .read(true)
            .write(true)
            .custom_flags(no_ctty)
            .open(name.to_str().unwrap())
            .unwrap();
        // It makes the terminal that of the shell, so that Ctrl-C reaches the program in it. The
        // shell stays: the kernel drops what is not read yet when the owner of a terminal ends.
        let child = Command::new("setsid")
            .args(["--ctty", "sh", "-c", SHELL])
            .arg(program)
            .args(arguments)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(screen.try_clone().unwrap())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap();
        let keyboard = File::from(master);
        let mut reader = keyboard.try_clone().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of the program is an error here.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keyboard,
            output,
            bytes: Vec::new(),
            read: 0,
        }
    }

    /// Waits until the text is printed, after what was waited for before.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        loop {
            let shown = self.bytes[self.read..].windows(text.len());
            if let Some(at) = shown.into_iter().position(|part| part == text.as_bytes()) {
                self.read += at + text.len();
                return;
            }
            match self.output.recv_timeout(LIMIT) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(error) => panic!("{error}: expected {text:?} in {:?}", self.shown()),
            }
        }
    }

    /// Types text.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// All that was printed.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The process of the program, while it runs.
    pub(crate) fn id(&self) -> u32 {
        let shell = self.child.id();
        let path = format!("/proc/{shell}/task/{shell}/children");
        let children = std::fs::read_to_string(path).unwrap();
        children.trim().parse().unwrap()
    }

    /// Waits for the end. Returns the exit code and all that was printed.
    #[track_caller]
    pub(crate) fn end(mut self) -> (i32, String) {
        self.expect(END);
        self.expect(">");
        let shown = self.shown();
        let (shown, code) = shown.rsplit_once(END).unwrap();
        let code = code.trim_end_matches('>').parse().unwrap();
        // A program that hides what is typed must not leave the terminal like that.
        let modes = tcgetattr(&self.keyboard).unwrap().local_modes;
        assert!(modes.contains(LocalModes::ECHO), "no echo: {shown}");
        (code, shown.to_owned())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The shell waits for input.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
