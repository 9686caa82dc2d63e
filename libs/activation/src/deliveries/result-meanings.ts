import type { Words } from '../words.js';

/** What each code of OCS-PROTOCOL.md §4.5 means and what to do. */
export const RESULT_MEANINGS: Readonly<Record<string, Words>> = {
  SUCCESS: { en: 'Done.', fr: 'Terminé.' },
  SUCCESS_REBOOT_INITIATED: {
    en: 'Done; the machine restarts now.',
    fr: 'Terminé ; la machine redémarre maintenant.',
  },
  SUCCESS_REBOOT_REQUIRED: {
    en: 'Done; the machine must be restarted to finish.',
    fr: 'Terminé ; la machine doit être redémarrée pour finir.',
  },
  SUCCESS_RESTART_REQUIRED: {
    en: 'Done; the machine must be restarted to finish.',
    fr: 'Terminé ; la machine doit être redémarrée pour finir.',
  },
  SUCCESS_ALREADY_SETUP: {
    en: 'The agent found the package in its own history and did nothing. Assign it with force to run it again.',
    fr: "L'agent a trouvé le paquet dans son historique et n'a rien fait. Affectez-le avec forçage pour le relancer.",
  },
  SUCCESS_ALREADY_IN_HISTORY: {
    en: 'The inventory of the machine lists the package as installed, so it was not offered. Assign it with force to run it again.',
    fr: "L'inventaire de la machine indique le paquet comme installé ; il n'a donc pas été proposé. Affectez-le avec forçage pour le relancer.",
  },
  ERR_DOWNLOAD_INFO: {
    en: 'The agent could not fetch the info file over https; it tries again at its next contact. The usual reasons: the agent does not trust the certificate (its cacert.pem), the certificate is for another name, or the address cannot be reached from there.',
    fr: "L'agent n'a pas pu récupérer le fichier info en https ; il réessaie au prochain contact. Causes habituelles : l'agent ne fait pas confiance au certificat (son cacert.pem), le certificat est établi pour un autre nom, ou l'adresse est injoignable depuis la machine.",
  },
  ERR_BAD_ID: {
    en: 'The info file that the agent got is that of another package: look at what serves the info location.',
    fr: "Le fichier info reçu par l'agent est celui d'un autre paquet : regardez ce qui sert l'emplacement info.",
  },
  ERR_BAD_DIGEST: {
    en: 'What the agent downloaded is not what was built.',
    fr: "Ce que l'agent a téléchargé n'est pas ce qui a été construit.",
  },
  ERR_DOWNLOAD_PACK: {
    en: 'The agent could not fetch the fragments: check that the fragment location can be reached from there.',
    fr: "L'agent n'a pas pu récupérer les fragments : vérifiez que leur emplacement est joignable depuis la machine.",
  },
  ERR_OUT_OF_SPACE: {
    en: 'The disk has less than three times the size of the package free: make room and assign it again.',
    fr: 'Le disque a moins de trois fois la taille du paquet de libre : faites de la place et affectez de nouveau.',
  },
  ERR_BUILD: {
    en: 'The agent could not put the fragments together or unpack the archive: check the format (zip on Windows, tar.gz elsewhere) and the disk.',
    fr: "L'agent n'a pas pu assembler les fragments ou décompresser l'archive : vérifiez le format (zip sous Windows, tar.gz ailleurs) et le disque.",
  },
  ERR_UNZIP: {
    en: 'The archive is no zip file that the agent can read, or it may not write where it unpacks: check the archive and the antivirus.',
    fr: "L'archive n'est pas un zip lisible par l'agent, ou il ne peut pas écrire là où il décompresse : vérifiez l'archive et l'antivirus.",
  },
  ERR_EXECUTE: {
    en: 'The command could not be started or failed, or the files could not be stored: check the command, that the archive holds what it runs, and its exit code on the machine.',
    fr: "La commande n'a pas pu démarrer ou a échoué, ou les fichiers n'ont pas pu être copiés : vérifiez la commande, la présence du programme dans l'archive et son code de retour sur la machine.",
  },
  ERR_EXECUTE_NO_EXIT_CODE: {
    en: 'The command was started, but its end was not seen: check on the machine whether it worked.',
    fr: "La commande a démarré mais sa fin n'a pas été vue : vérifiez sur la machine si elle a réussi.",
  },
  ERR_EXECUTE_TIMEOUT: {
    en: 'The command ran for longer than the execution timeout: does it wait for somebody? Use its silent options.',
    fr: "La commande a dépassé le délai d'exécution : attend-elle une réponse ? Utilisez ses options silencieuses.",
  },
  ERR_EXECUTE_TOO_MANY_TRY: {
    en: 'The command was started more than five times, because the agent or the machine stopped each time: try it by hand on the machine.',
    fr: "La commande a été lancée plus de cinq fois, car l'agent ou la machine s'est arrêté à chaque fois : essayez-la à la main sur la machine.",
  },
  ERR_BAD_PARAM: {
    en: 'The package has no command or no path, or an action that the agent does not know: build a corrected version.',
    fr: "Le paquet n'a pas de commande ou de chemin, ou une action inconnue de l'agent : construisez une version corrigée.",
  },
  ERR_TIMEOUT: {
    en: 'The agent gave the package up, because it could not finish within the timeout in days: see how far the download came, and raise the timeout or shorten the latencies.',
    fr: "L'agent a abandonné le paquet, faute d'avoir terminé dans le délai en jours : voyez où en était le téléchargement, puis allongez le délai ou réduisez les latences.",
  },
  ERR_ABORTED: {
    en: 'The user refused the installation.',
    fr: "L'utilisateur a refusé l'installation.",
  },
  ERR_CLEAN: {
    en: 'The agent could not remove its working folder: check the rights and the disk of the machine.',
    fr: "L'agent n'a pas pu supprimer son dossier de travail : vérifiez les droits et le disque de la machine.",
  },
  ERR_DONE_FAILED: {
    en: 'The agent could not read its own result file: check on the machine whether it worked.',
    fr: "L'agent n'a pas pu lire son propre fichier de résultat : vérifiez sur la machine si l'action a réussi.",
  },
  ERR_ALREADY_SETUP: {
    en: 'An old agent found the package in its history and did nothing.',
    fr: "Un ancien agent a trouvé le paquet dans son historique et n'a rien fait.",
  },
  ERR_ALREADY_IN_HISTORY: {
    en: 'An old agent found the package in its history and did nothing.',
    fr: "Un ancien agent a trouvé le paquet dans son historique et n'a rien fait.",
  },
  ERR_NO_PARAM: {
    en: 'An old agent found no command in the package.',
    fr: "Un ancien agent n'a pas trouvé de commande dans le paquet.",
  },
  ERR_NO_LAUNCHER: {
    en: 'An old agent has no program to launch packages.',
    fr: "Un ancien agent n'a pas de programme pour lancer les paquets.",
  },
  UNKNOWN_CODE: {
    en: 'The agent reported an end without saying which.',
    fr: "L'agent a signalé une fin sans dire laquelle.",
  },
};
