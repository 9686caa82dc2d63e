import { describe, expect, it } from 'vitest';
import { operatingSystemOf } from './operating-system.js';

describe('operatingSystemOf', () => {
  it.each([
    ['Microsoft Windows 10 Pro', 'windows'],
    ['Microsoft Windows 11 Pro', 'windows'],
    ['Microsoft® Windows Server® 2008 Standard', 'windows'],
    ['Windows XP Professional', 'windows'],
    ['Debian GNU/Linux 12', 'linux'],
    ['Linux', 'linux'],
    ['Ubuntu 24.04.1 LTS', 'linux'],
    ['Red Hat Enterprise Linux 9.4', 'linux'],
    ['RedHat', 'linux'],
    ['CentOS release 6.10 (Final)', 'linux'],
    ['Rocky Linux 9.3', 'linux'],
    ['AlmaLinux 9.4', 'linux'],
    ['openSUSE Leap 15.5', 'linux'],
    ['SUSE Linux Enterprise Server 15 SP5', 'linux'],
    ['Fedora 40', 'linux'],
    ['Oracle Linux Server 8.9', 'linux'],
    ['Amazon Linux 2023', 'linux'],
    ['Linux Mint 21.3', 'linux'],
    ['Arch Linux', 'linux'],
    ['Gentoo Base System release 2.14', 'linux'],
    ['macOS', 'macos'],
    ['macOS 14.5 (23F79)', 'macos'],
    ['Mac OS X', 'macos'],
    ['Mac OS X 10.6.8 (10K549)', 'macos'],
    ['OS X 10.10.5 (14F27)', 'macos'],
    ['', ''],
    ['Android Marshmallow 6.0', ''],
    ['FreeBSD amd64', ''],
    ['AIX 7.2', ''],
    ['SunOS 5.11', ''],
    ['HP-UX', ''],
    ['VMware ESXi 7.0', ''],
  ])('takes "%s" for "%s"', (osName, family) => {
    expect(operatingSystemOf(osName)).toBe(family);
  });
});
