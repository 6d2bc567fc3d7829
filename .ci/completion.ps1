# Completion in PowerShell, against the sandbox that the environment names.
$ErrorActionPreference = "Stop"
$folder = Join-Path $PSScriptRoot ".." "target" "debug"
$env:PATH = $folder + [IO.Path]::PathSeparator + $env:PATH
ovh-web completion powershell | Out-String | Invoke-Expression

$lines = @(
    @("ovh-web crons li", "list"),
    @("ovh-web crons list --col", "--columns"),
    @("ovh-web databases create --type maria", "mariadb"),
    @("ovh-web crons list -H exa", "example.ovh"),
    @("ovh-web users get exa", "example")
)
foreach ($pair in $lines) {
    $line, $expected = $pair
    $result = TabExpansion2 -inputScript $line -cursorColumn $line.Length
    $found = @($result.CompletionMatches | ForEach-Object CompletionText)
    if ($found -notcontains $expected) {
        throw "${line}: expected $expected, found $found"
    }
}
