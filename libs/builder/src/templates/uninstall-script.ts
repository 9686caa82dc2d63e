import { powershellLiteral } from './quoting.js';

/** What msiexec answers when a product is not there (ERROR_UNKNOWN_PRODUCT). */
const UNKNOWN_PRODUCT = 1605;

/**
 * A PowerShell script that takes off the software of this display name, quietly. It looks at both views of the
 * registry, since the agent is a 32-bit program, and ends with the exit code of the first removal that failed, or of
 * one that wants a restart. (wmic, which older consoles used, is gone from Windows 11.)
 */
export function uninstallScript(displayName: string, ignoreMissing: boolean): string {
  return `$ErrorActionPreference = 'Stop'
$name = ${powershellLiteral(displayName)}
$path = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall'
$restart = 1641, 3010

function Invoke-Quietly([string] $program, [string] $arguments) {
  $process = Start-Process -FilePath $program -ArgumentList $arguments -Wait -PassThru -WindowStyle Hidden
  return $process.ExitCode
}

function Remove-Entry($entry, [string] $key) {
  if ($entry.GetValue('WindowsInstaller') -eq 1 -and $key -match '^\\{[0-9A-Fa-f-]{36}\\}$') {
    return Invoke-Quietly 'msiexec.exe' "/x $key /qn /norestart"
  }
  $command = [string] $entry.GetValue('QuietUninstallString')
  if ($command -eq '') {
    [Console]::Error.WriteLine("$key has no way to be removed quietly")
    return 1
  }
  if ($command -match '^([^"]+?\\.exe)(\\s.*)?$' -and (Test-Path -LiteralPath $Matches[1])) {
    $command = '"' + $Matches[1] + '"' + $Matches[2]
  }
  return Invoke-Quietly $env:ComSpec ('/d /s /c "' + $command + '"')
}

$done = @{}
$result = 0
foreach ($view in 'Registry64', 'Registry32') {
  $root = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', $view).OpenSubKey($path)
  if ($null -eq $root) { continue }
  foreach ($key in $root.GetSubKeyNames()) {
    $entry = $root.OpenSubKey($key)
    if ($null -eq $entry -or $entry.GetValue('DisplayName') -ne $name) { continue }
    $identity = $key + '|' + $entry.GetValue('QuietUninstallString')
    if ($done.ContainsKey($identity)) { continue }
    $done[$identity] = $true
    $code = Remove-Entry $entry $key
    if ($result -eq 0 -or ($result -in $restart -and $code -ne 0)) { $result = $code }
  }
}
if ($done.Count -eq 0) {
  [Console]::Error.WriteLine("$name is not installed")
  exit ${ignoreMissing ? 0 : UNKNOWN_PRODUCT}
}
exit $result
`;
}
