import type { TemplateName } from './template-schema.js';

/** What people read. */
export interface Text {
  readonly en: string;
  readonly fr: string;
}

export const TEMPLATE_TEXTS: Record<TemplateName, { readonly label: Text; readonly description: Text }> = {
  msi: {
    label: { en: 'MSI installer', fr: 'Installateur MSI' },
    description: {
      en: 'Installs an MSI file without questions and without restarting the machine.',
      fr: 'Installe un fichier MSI sans question et sans redémarrer la machine.',
    },
  },
  exe: {
    label: { en: 'Executable installer', fr: 'Installateur exécutable' },
    description: {
      en: 'Runs a setup program and waits for everything that it starts.',
      fr: 'Lance un programme d’installation et attend tout ce qu’il démarre.',
    },
  },
  powershell: {
    label: { en: 'PowerShell script', fr: 'Script PowerShell' },
    description: {
      en: 'Runs a script with Windows PowerShell; its exit code is the result.',
      fr: 'Exécute un script avec Windows PowerShell ; son code de retour est le résultat.',
    },
  },
  batch: {
    label: { en: 'Batch script', fr: 'Script batch' },
    description: {
      en: 'Runs a script with cmd.exe; its exit code is the result.',
      fr: 'Exécute un script avec cmd.exe ; son code de retour est le résultat.',
    },
  },
  uninstall: {
    label: { en: 'Uninstall', fr: 'Désinstallation' },
    description: {
      en: 'Removes software quietly, by its MSI product code or by the name that Windows shows for it.',
      fr: 'Retire un logiciel sans question, par son code produit MSI ou par le nom que Windows affiche.',
    },
  },
  'deb-rpm': {
    label: { en: 'deb or rpm package', fr: 'Paquet deb ou rpm' },
    description: {
      en: 'Installs one package file with apt, dnf, yum or zypper, and what it depends on.',
      fr: 'Installe un fichier de paquet avec apt, dnf, yum ou zypper, avec ses dépendances.',
    },
  },
  script: {
    label: { en: 'Script', fr: 'Script' },
    description: {
      en: 'Runs a script; any exit code but 0 is a failure.',
      fr: 'Exécute un script ; tout code de retour autre que 0 est un échec.',
    },
  },
  pkg: {
    label: { en: 'pkg installer', fr: 'Installateur pkg' },
    description: {
      en: 'Installs a pkg file for the whole machine.',
      fr: 'Installe un fichier pkg pour toute la machine.',
    },
  },
  brew: {
    label: { en: 'Homebrew', fr: 'Homebrew' },
    description: {
      en: 'Installs, upgrades or removes a formula or cask as the user of the machine.',
      fr: 'Installe, met à jour ou retire une formule ou un cask au nom de l’utilisateur de la machine.',
    },
  },
  store: {
    label: { en: 'Store files', fr: 'Déposer des fichiers' },
    description: {
      en: 'Puts files into a folder of the machine and runs nothing.',
      fr: 'Place des fichiers dans un dossier de la machine et n’exécute rien.',
    },
  },
};
