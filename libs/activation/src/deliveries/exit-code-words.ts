import type { Words } from '../words.js';

type Meanings = Readonly<Record<number, Words>>;

/** Of Windows and its installer (msiexec). */
const WINDOWS: Meanings = {
  1: {
    en: 'a general failure, or the user cancelled the setup',
    fr: "échec général, ou l'utilisateur a annulé l'installation",
  },
  2: {
    en: 'a file was not found: check the command and what the archive holds',
    fr: "un fichier est introuvable : vérifiez la commande et le contenu de l'archive",
  },
  3: {
    en: 'a folder was not found: check the paths',
    fr: 'un dossier est introuvable : vérifiez les chemins',
  },
  5: {
    en: 'access denied: the agent runs as SYSTEM; check the rights and the antivirus',
    fr: "accès refusé : l'agent s'exécute en tant que SYSTEM ; vérifiez les droits et l'antivirus",
  },
  87: {
    en: 'a parameter is wrong: check the command',
    fr: 'un paramètre est incorrect : vérifiez la commande',
  },
  112: { en: 'the disk is full', fr: 'le disque est plein' },
  740: {
    en: 'it needs more rights than it was given',
    fr: "elle demande plus de droits qu'elle n'en a reçu",
  },
  1602: { en: 'the user cancelled the installation', fr: "l'utilisateur a annulé l'installation" },
  1603: {
    en: 'a fatal error during the installation: run it with a log (/L*v) on the machine; a file in use, missing rights and a failed prerequisite are the usual reasons',
    fr: "erreur fatale pendant l'installation : relancez-la avec un journal (/L*v) sur la machine ; fichier utilisé, droits manquants ou prérequis absent sont les causes habituelles",
  },
  1605: {
    en: 'the product is not installed, so there is nothing to change or to remove',
    fr: "le produit n'est pas installé : il n'y a rien à modifier ou à désinstaller",
  },
  1612: {
    en: 'the source of an earlier installation is not available',
    fr: "la source d'une installation précédente n'est pas disponible",
  },
  1618: {
    en: 'another installation was running: assign it again, or let a retry policy do so',
    fr: 'une autre installation était en cours : affectez de nouveau, ou laissez faire une règle de nouvel essai',
  },
  1619: {
    en: 'the installation package could not be opened: check its name in the command and that the archive holds it',
    fr: "le paquet d'installation n'a pas pu être ouvert : vérifiez son nom dans la commande et sa présence dans l'archive",
  },
  1620: {
    en: 'the installation package is not valid',
    fr: "le paquet d'installation n'est pas valide",
  },
  1625: {
    en: 'a system policy forbids the installation',
    fr: "une stratégie du système interdit l'installation",
  },
  1633: {
    en: 'the installation package does not support this platform (32 or 64 bits)',
    fr: "le paquet d'installation ne prend pas en charge cette plateforme (32 ou 64 bits)",
  },
  1636: { en: 'the patch could not be opened', fr: "le correctif n'a pas pu être ouvert" },
  1638: {
    en: 'another version of the product is already installed: remove it first, or update it',
    fr: "une autre version du produit est déjà installée : désinstallez-la d'abord, ou mettez-la à jour",
  },
  1639: {
    en: 'the command line of the installer is wrong',
    fr: "la ligne de commande de l'installateur est incorrecte",
  },
  1641: {
    en: 'it succeeded and the machine restarts now',
    fr: 'elle a réussi et la machine redémarre maintenant',
  },
  3010: {
    en: 'it succeeded, and a restart is needed to finish',
    fr: 'elle a réussi, et un redémarrage est nécessaire pour terminer',
  },
  3011: {
    en: 'it succeeded, and a restart is needed to finish',
    fr: 'elle a réussi, et un redémarrage est nécessaire pour terminer',
  },
  9009: {
    en: 'the command was not found: check its name and that the archive holds it',
    fr: "la commande est introuvable : vérifiez son nom et sa présence dans l'archive",
  },
};

/** Of a Unix shell. */
const UNIX: Meanings = {
  1: { en: 'a general failure', fr: 'échec général' },
  2: { en: 'the command was used wrongly', fr: 'la commande a été mal utilisée' },
  126: {
    en: 'the file was found but may not be run',
    fr: 'le fichier a été trouvé mais ne peut pas être exécuté',
  },
  127: {
    en: 'the command was not found: check its name and that the archive holds it',
    fr: "la commande est introuvable : vérifiez son nom et sa présence dans l'archive",
  },
  130: { en: 'it was interrupted', fr: 'elle a été interrompue' },
  137: {
    en: 'it was killed, perhaps for want of memory',
    fr: 'elle a été tuée, peut-être faute de mémoire',
  },
  143: { en: 'it was asked to end', fr: "il lui a été demandé de s'arrêter" },
};

const OTHER: Words = {
  en: 'see the documentation of the program that was run',
  fr: 'voir la documentation du programme exécuté',
};

/** What a program's exit code means, as the end of a sentence. */
export function exitCodeWords(exitCode: number, operatingSystem: string): Words {
  const known = (operatingSystem === 'windows' ? WINDOWS : UNIX)[exitCode] ?? OTHER;
  // Windows' own failures are only known by their hexadecimal form (0x80070005).
  const hex = operatingSystem === 'windows' && (exitCode < 0 || exitCode > 0xffff);
  if (!hex) return known;
  const form = `0x${(exitCode >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
  return { en: `${form}: ${known.en}`, fr: `${form} : ${known.fr}` };
}
