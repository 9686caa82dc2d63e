import { describe, expect, it } from 'vitest';
import { usableMac } from './physical-adapter.js';

const mac = 'a4:bb:6d:01:02:03';

describe('the address of an adapter', () => {
  it.each([
    'Intel(R) Ethernet Connection (14) I219-LM',
    'Intel(R) Wi-Fi 6 AX201 160MHz',
    'vmxnet3 Ethernet Adapter',
    'Microsoft Hyper-V Network Adapter',
    'Microsoft Virtual Machine Bus Network Adapter',
    'Red Hat VirtIO Ethernet Adapter',
    'eth0',
    'enp3s0',
    'wlan0',
    'bond0',
    'Broadcom NetXtreme Gigabit Ethernet',
  ])('is one to recognise the machine by on %s', (DESCRIPTION) => {
    expect(usableMac({ MACADDR: mac, DESCRIPTION })).toBe('A4:BB:6D:01:02:03');
  });

  it.each([
    'docker0',
    'veth12ab34',
    'br-0a1b2c3d4e5f',
    'virbr0',
    'tun0',
    'wg0',
    'lo',
    'VMware Virtual Ethernet Adapter for VMnet8',
    'VirtualBox Host-Only Ethernet Adapter',
    'Hyper-V Virtual Ethernet Adapter',
    'vEthernet (Default Switch)',
    'TAP-Windows Adapter V9',
    'Cisco AnyConnect Secure Mobility Client Virtual Miniport Adapter for Windows x64',
    'Fortinet Virtual Ethernet Adapter (NDIS 6.30)',
    'PANGP Virtual Ethernet Adapter Secure',
    'WAN Miniport (Network Monitor)',
    'Npcap Loopback Adapter',
    'Microsoft Wi-Fi Direct Virtual Adapter #2',
    'Microsoft Teredo Tunneling Adapter',
    'WireGuard Tunnel',
  ])('is none on the virtual adapter %s', (DESCRIPTION) => {
    expect(usableMac({ MACADDR: mac, DESCRIPTION })).toBeNull();
  });

  it.each([
    'Realtek USB GbE Family Controller',
    'Lenovo ThinkPad Thunderbolt 3 Dock Ethernet',
    'ASIX AX88179 USB 3.0 to Gigabit Ethernet Adapter',
    'DisplayLink Network Adapter NCM',
    'Surface Ethernet Adapter',
    'Remote NDIS Compatible Device',
    'enx00e04c680001',
  ])('is none on what is plugged in: %s', (DESCRIPTION) => {
    expect(usableMac({ MACADDR: mac, DESCRIPTION })).toBeNull();
  });

  it('is none when the agent says that the adapter is virtual, or its type is', () => {
    expect(usableMac({ MACADDR: mac, DESCRIPTION: 'eth0', VIRTUALDEV: 1 })).toBeNull();
    expect(usableMac({ MACADDR: mac, DESCRIPTION: 'eth0', VIRTUALDEV: '1' })).toBeNull();
    expect(usableMac({ MACADDR: mac, DESCRIPTION: 'eth0', VIRTUALDEV: 0 })).not.toBeNull();
    expect(usableMac({ MACADDR: mac, TYPE: 'Bridge' })).toBeNull();
  });

  it('is none from the ranges that software gives to hosts, and one from those of virtual machines', () => {
    for (const made of ['02:42:ac:11:00:02', '00:50:56:C0:00:08', '0a-00-27-00-00-0b', '00:FF:12:34:56:78'])
      expect(usableMac({ MACADDR: made })).toBeNull();
    for (const real of ['52:54:00:12:34:56', '00:0C:29:aa:bb:cc', '00:15:5D:01:02:03', '00:50:56:a1:b2:c3'])
      expect(usableMac({ MACADDR: real })).toBe(real.toUpperCase());
  });

  it('is none when it is none at all', () => {
    for (const text of [
      '',
      '??',
      'N/A',
      '00:00:00:00:00:00',
      'FF:FF:FF:FF:FF:FF',
      '01:00:5E:00:00:01',
      12,
      null,
    ])
      expect(usableMac({ MACADDR: text })).toBeNull();
    expect(usableMac({})).toBeNull();
  });
});
