import type { Bilingual } from '../probe-result.js';
import type { OperatingSystem, SettingsRequest } from './agent-settings.js';
import { UNIX_FOLDERS } from './unix-files.js';
import { WINDOWS_FOLDER } from './windows-files.js';

/** What somebody who sets up a machine must know besides the files, in the order in which it is done. */
export function settingsNotes({ os, proxy }: SettingsRequest, caUrl: string): Bilingual[] {
  const notes = [certificate(os, caUrl), PLACES[os]];
  if (proxy.kind === 'forward') {
    if (os === 'linux') notes.push(BOTH_STARTERS);
    if (os !== 'windows') notes.push(NO_PROXY_OPTION);
    if (proxy.requiresPassword) notes.push(...PASSWORDS[os]);
    notes.push(PLAIN_HTTP, FORWARD_SQUID);
  }
  if (proxy.kind === 'accelerator') notes.push(accelerator(proxy.fragmentLocation), PLAIN_HTTP, CACHE_SIZE);
  return notes;
}

function certificate(os: OperatingSystem, caUrl: string): Bilingual {
  const file = os === 'windows' ? `${WINDOWS_FOLDER}\\cacert.pem` : `${UNIX_FOLDERS[os]}/cacert.pem`;
  return {
    en: `Save the authority's certificate, ${caUrl}, as ${file}. Without it the agent fetches no package.`,
    fr: `Enregistrez le certificat de l'autorité, ${caUrl}, sous ${file}. Sans lui, l'agent ne télécharge aucun paquet.`,
  };
}

const PLACES: Readonly<Record<OperatingSystem, Bilingual>> = {
  windows: {
    en: `Write these keys into ${WINDOWS_FOLDER}\\ocsinventory.ini, leave its other sections as they are, and restart "OCS Inventory Service".`,
    fr: `Écrivez ces clés dans ${WINDOWS_FOLDER}\\ocsinventory.ini, laissez les autres sections telles quelles, puis redémarrez « OCS Inventory Service ».`,
  },
  linux: {
    en: 'Put each file where its title says; the lines of "environment" are added to what /etc/environment has. Then: systemctl daemon-reload.',
    fr: "Mettez chaque fichier à l'endroit que dit son titre ; les lignes de « environment » s'ajoutent à celles de /etc/environment. Puis : systemctl daemon-reload.",
  },
  macos: {
    en: 'Put the settings where their title says. The lines for launchd go into the outer <dict> of org.ocsng.agent.plist; then load it again (launchctl unload, launchctl load).',
    fr: "Mettez la configuration à l'endroit que dit son titre. Les lignes pour launchd vont dans le <dict> extérieur de org.ocsng.agent.plist ; rechargez-le ensuite (launchctl unload, launchctl load).",
  },
};

const BOTH_STARTERS: Bilingual = {
  en: "Debian's package starts the agent by a systemd timer (which obeys proxy.conf) and from /etc/cron.daily (which obeys /etc/environment). Nothing reads /etc/default.",
  fr: "Le paquet Debian lance l'agent par un minuteur systemd (qui suit proxy.conf) et par /etc/cron.daily (qui suit /etc/environment). Rien ne lit /etc/default.",
};

const NO_PROXY_OPTION: Bilingual = {
  en: 'Do not use the agent\'s own option "proxy": it tunnels plain http too, so that nothing is cached, and on Debian 12 it fails (501, scheme "connect").',
  fr: "N'utilisez pas l'option « proxy » de l'agent : elle met aussi le http simple dans un tunnel, donc rien n'est mis en cache, et sous Debian 12 elle échoue (501, « connect »).",
};

const WINDOWS_PASSWORD: Bilingual = {
  en: 'ProxyUser and ProxyPwd stay empty here: the agent keeps them encrypted. Type them on the machine, in the setup (its options are /PROXY_USER= and /PROXY_PWD=).',
  fr: "ProxyUser et ProxyPwd restent vides ici : l'agent les garde chiffrés. Saisissez-les sur la machine, dans l'installateur (ses options sont /PROXY_USER= et /PROXY_PWD=).",
};

const UNIX_PASSWORD: Bilingual = {
  en: 'The proxy wants a password: on the machine, write http://user:password@ before its host, and let only root read that file.',
  fr: "Le proxy demande un mot de passe : sur la machine, écrivez http://utilisateur:motdepasse@ devant son nom, et ne laissez lire ce fichier qu'à root.",
};

const CRON_PASSWORD: Bilingual = {
  en: 'Everybody reads /etc/environment, so write no password there: switch the second start off instead (chmod -x /etc/cron.daily/ocsinventory-agent).',
  fr: "Tout le monde lit /etc/environment, n'y écrivez donc pas de mot de passe : désactivez plutôt le second lancement (chmod -x /etc/cron.daily/ocsinventory-agent).",
};

const PASSWORDS: Readonly<Record<OperatingSystem, readonly Bilingual[]>> = {
  windows: [WINDOWS_PASSWORD],
  linux: [UNIX_PASSWORD, CRON_PASSWORD],
  macos: [UNIX_PASSWORD],
};

const PLAIN_HTTP: Bilingual = {
  en: 'Only fragments by plain http are cached: build packages with the protocol HTTP. Info files go by https, as a tunnel, and never stay in a cache.',
  fr: 'Seuls les fragments en http simple sont mis en cache : construisez les paquets avec le protocole HTTP. Les fichiers info passent en https, dans un tunnel, et ne restent jamais en cache.',
};

const CACHE_SIZE: Bilingual = {
  en: 'In squid, maximum_object_size must be above the size of a fragment (it is 4 MB unless set), and cache_dir large enough for the packages of the site.',
  fr: "Avec squid, maximum_object_size doit dépasser la taille d'un fragment (4 Mo par défaut), et cache_dir doit suffire aux paquets du site.",
};

const FORWARD_SQUID: Bilingual = {
  en: `${CACHE_SIZE.en} The port of https must be in SSL_ports (only 443 is), or info files are refused.`,
  fr: `${CACHE_SIZE.fr} Le port https doit figurer dans SSL_ports (seul 443 y est), sinon les fichiers info sont refusés.`,
};

function accelerator(location: string): Bilingual {
  return {
    en: `The agent needs no proxy settings. Activate packages for this site with the fragment location ${location}.`,
    fr: `L'agent n'a besoin d'aucun réglage de proxy. Activez les paquets pour ce site avec l'emplacement de fragments ${location}.`,
  };
}
