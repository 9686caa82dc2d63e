import type { Bilingual } from '../probe-result.js';
import type { FieldName } from './page-query.js';

/** Every word of the page. */
export const WORDS = {
  title: { en: 'Agent settings', fr: "Réglages de l'agent" },
  lead: {
    en: 'What to write on a machine so that its agent reports here and fetches packages through the proxy cache of its site.',
    fr: "Ce qu'il faut écrire sur une machine pour que son agent se déclare ici et télécharge les paquets par le cache proxy de son site.",
  },
  otherLanguage: { en: 'Français', fr: 'English' },
  server: { en: 'Server that agents report to', fr: 'Serveur auquel les agents se déclarent' },
  os: { en: 'Operating system', fr: "Système d'exploitation" },
  windows: { en: 'Windows', fr: 'Windows' },
  linux: { en: 'Linux', fr: 'Linux' },
  macos: { en: 'macOS', fr: 'macOS' },
  kind: { en: 'Between agent and server', fr: "Entre l'agent et le serveur" },
  none: { en: 'Nothing, or a transparent proxy', fr: 'Rien, ou un proxy transparent' },
  forward: { en: 'A proxy set on each machine', fr: 'Un proxy réglé sur chaque machine' },
  accelerator: {
    en: 'An accelerator with a fragment location of its own',
    fr: 'Un accélérateur avec son propre emplacement de fragments',
  },
  host: { en: 'Host of the proxy', fr: 'Hôte du proxy' },
  port: { en: 'Port', fr: 'Port' },
  path: { en: 'Path (accelerator)', fr: 'Chemin (accélérateur)' },
  password: {
    en: 'The proxy wants a user name and a password (never typed here)',
    fr: "Le proxy demande un nom d'utilisateur et un mot de passe (jamais saisis ici)",
  },
  show: { en: 'Show the settings', fr: 'Afficher les réglages' },
  files: { en: 'Files', fr: 'Fichiers' },
  notes: { en: 'Steps and hints', fr: 'Étapes et conseils' },
  download: { en: 'Download', fr: 'Télécharger' },
  certificate: { en: "Download the authority's certificate", fr: "Télécharger le certificat de l'autorité" },
} satisfies Record<string, Bilingual>;

export const MISTAKES: Readonly<Record<FieldName, Bilingual>> = {
  server: {
    en: 'A URL such as http://ocs.example.org/ocsinventory',
    fr: 'Une URL comme http://ocs.example.org/ocsinventory',
  },
  host: {
    en: 'A host name or an address, without http:// and without a port',
    fr: 'Un nom ou une adresse, sans http:// et sans port',
  },
  port: { en: 'A number from 1 to 65535', fr: 'Un nombre de 1 à 65535' },
  path: {
    en: 'Letters, digits, dot, underscore and hyphen between single slashes',
    fr: 'Lettres, chiffres, point, souligné et tiret entre des barres simples',
  },
};
