//! The parser of `--where`.

use super::{Expression, Operator};
use crate::failure::{Failure, Outcome};

/// Deeper nesting is refused, so that no text exhausts the stack.
const DEEPEST: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Operator(Operator),
    Open,
    Close,
}

/// Parses an expression.
pub(super) fn expression(text: &str) -> Outcome<Expression> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.chars().count(),
        depth: 0,
    };
    let expression = parser.or()?;
    match parser.next() {
        None => Ok(expression),
        Some((_, place)) => Err(wrong("expected `and`, `or` or the end", place)),
    }
}

fn wrong(what: &str, place: usize) -> Failure {
    Failure::usage(format!("--where: {what} at character {}", place + 1))
        .hint("for example: --where 'state = active and php < 8.2'")
}

/// The tokens, each with the position of its first character.
fn tokens(text: &str) -> Outcome<Vec<(Token, usize)>> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let start = at;
        at += 1;
        let is_next = |expected| letters.get(start + 1) == Some(&expected);
        let token = match letter {
            letter if letter.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '=' => {
                at += usize::from(is_next('='));
                Token::Operator(Operator::Equal)
            }
            '~' => Token::Operator(Operator::Contains),
            '!' if is_next('=') => {
                at += 1;
                Token::Operator(Operator::NotEqual)
            }
            '<' | '>' => {
                at += usize::from(is_next('='));
                Token::Operator(match (letter, is_next('=')) {
                    ('<', false) => Operator::Less,
                    ('<', true) => Operator::LessOrEqual,
                    (_, false) => Operator::Greater,
                    (_, true) => Operator::GreaterOrEqual,
                })
            }
            '"' | '\'' => {
                let mut quoted = String::new();
                loop {
                    let Some(&next) = letters.get(at) else {
                        return Err(wrong("no end of the quoted text", start));
                    };
                    at += 1;
                    match next {
                        '\\' if letters.get(at).is_some_and(|c| *c == letter || *c == '\\') => {
                            quoted.push(letters[at]);
                            at += 1;
                        }
                        next if next == letter => break,
                        next => quoted.push(next),
                    }
                }
                Token::Quoted(quoted)
            }
            _ => {
                let is_end = |letter: char| letter.is_whitespace() || "()=!<>~\"'".contains(letter);
                while letters.get(at).is_some_and(|letter| !is_end(*letter)) {
                    at += 1;
                }
                Token::Word(letters[start..at].iter().collect())
            }
        };
        tokens.push((token, start));
    }
    Ok(tokens)
}

/// One part alone needs no list.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The position after the last character.
    end: usize,
    depth: usize,
}

impl Parser {
    fn next(&mut self) -> Option<(Token, usize)> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Takes the next token if it is this word.
    fn takes(&mut self, word: &str) -> bool {
        let is_word = matches!(
            self.tokens.get(self.at),
            Some((Token::Word(text), _)) if text.eq_ignore_ascii_case(word)
        );
        self.at += usize::from(is_word);
        is_word
    }

    fn or(&mut self) -> Outcome<Expression> {
        let mut parts = vec![self.and()?];
        while self.takes("or") {
            parts.push(self.and()?);
        }
        Ok(joined(parts, Expression::Or))
    }

    fn and(&mut self) -> Outcome<Expression> {
        let mut parts = vec![self.not()?];
        while self.takes("and") {
            parts.push(self.not()?);
        }
        Ok(joined(parts, Expression::And))
    }

    fn not(&mut self) -> Outcome<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong("too many levels", self.end));
        }
        let expression = if self.takes("not") {
            Expression::Not(Box::new(self.not()?))
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn comparison(&mut self) -> Outcome<Expression> {
        let end = self.end;
        let field = match self.next() {
            Some((Token::Open, _)) => {
                let inner = self.or()?;
                return match self.next() {
                    Some((Token::Close, _)) => Ok(inner),
                    other => Err(wrong("expected `)`", other.map_or(end, |(_, place)| place))),
                };
            }
            Some((Token::Word(field), _)) => field,
            other => {
                let place = other.map_or(end, |(_, place)| place);
                return Err(wrong("expected a field", place));
            }
        };
        let operator = match self.next() {
            Some((Token::Operator(operator), _)) => operator,
            other => {
                let place = other.map_or(end, |(_, place)| place);
                return Err(wrong("expected one of = != < <= > >= ~", place));
            }
        };
        match self.next() {
            Some((Token::Word(value) | Token::Quoted(value), _)) => Ok(Expression::Compare {
                field,
                operator,
                value,
            }),
            other => Err(wrong(
                "expected a value",
                other.map_or(end, |(_, place)| place),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_place() {
        for (text, what) in [
            ("", "a field at character 1"),
            ("a", "one of = != < <= > >= ~ at character 2"),
            ("a =", "a value at character 4"),
            ("a = 1 b", "`and`, `or` or the end at character 7"),
            ("(a = 1", "`)` at character 7"),
            ("a = 'x", "no end of the quoted text at character 5"),
            ("a = 1 and", "a field at character 10"),
        ] {
            let error = expression(text).unwrap_err().message;
            assert!(error.ends_with(what), "{text}: {error}");
        }
        assert!(expression(&"(".repeat(10_000)).is_err());
        assert!(expression(&"not ".repeat(10_000)).is_err());
    }

    #[test]
    fn and_binds_closer_than_or() {
        let expected = expression("a = 1 or (b = 2 and c = 3)").unwrap();
        assert_eq!(expression("a=1 OR b==2 and c=3").unwrap(), expected);
    }
}
