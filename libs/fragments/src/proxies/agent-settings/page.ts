import { agentSettings, type AgentSettings, type SettingsFile } from './agent-settings.js';
import type { FieldName, PageRequest, TypedValues } from './page-query.js';
import { PAGE_STYLE } from './page-style.js';
import { MISTAKES, WORDS } from './page-words.js';

/** The page as HTML: a form, and below it what was asked for. It needs no script. */
export function settingsPage(request: PageRequest): string {
  const { language, settings } = request;
  const word = (name: keyof typeof WORDS): string => escape(WORDS[name][language]);
  const other = pageUrl(request.typed, language === 'en' ? 'fr' : 'en');
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${word('title')} – Entrepot</title><style>${PAGE_STYLE}</style></head><body><main>`,
    `<header><h1>${word('title')}</h1><a href="${escape(other)}">${word('otherLanguage')}</a></header>`,
    `<p>${word('lead')}</p>`,
    form(request),
    settings === null ? '' : answer(request, agentSettings(settings)),
    '</main></body></html>\n',
  ].join('\n');
}

function form({ typed, mistakes, language }: PageRequest): string {
  const word = (name: keyof typeof WORDS): string => escape(WORDS[name][language]);
  const choice = (name: 'os' | 'kind', values: readonly (keyof typeof WORDS)[]): string => {
    const options = values.map((value) => {
      const mark = typed[name] === value ? ' selected' : '';
      return `<option value="${value}"${mark}>${word(value)}</option>`;
    });
    return `<label>${word(name)}<select name="${name}">${options.join('')}</select></label>`;
  };
  const field = (name: FieldName, attributes: string): string => {
    const isWrong = mistakes.includes(name);
    const mistake = isWrong ? `<em id="${name}-mistake">${escape(MISTAKES[name][language])}</em>` : '';
    const marks = isWrong ? ` aria-invalid="true" aria-describedby="${name}-mistake"` : '';
    return `<label class="${name}">${word(name)}<input name="${name}" value="${escape(typed[name])}" ${attributes}${marks}>${mistake}</label>`;
  };
  return [
    '<form action="/agent-settings" method="get">',
    `<input type="hidden" name="lang" value="${language}">`,
    field('server', 'required maxlength="255" placeholder="http://ocs.example.org/ocsinventory"'),
    choice('os', ['windows', 'linux', 'macos']),
    choice('kind', ['forward', 'accelerator', 'none']),
    field('host', 'maxlength="200" placeholder="proxy.example.org"'),
    field('port', 'maxlength="5" inputmode="numeric"'),
    field('path', 'maxlength="100" placeholder="download"'),
    `<label class="check"><input type="checkbox" name="password" value="1"${typed.password ? ' checked' : ''}> ${word('password')}</label>`,
    `<button>${word('show')}</button>`,
    '</form>',
  ].join('\n');
}

function answer({ typed, language }: PageRequest, { files, notes, caUrl }: AgentSettings): string {
  const word = (name: keyof typeof WORDS): string => escape(WORDS[name][language]);
  const shown = ({ name, place, content }: SettingsFile): string => {
    const href = escape(`${pageUrl(typed, language)}&download=${encodeURIComponent(name)}`);
    const title = `<h3><code>${escape(place)}</code> <a href="${href}">${word('download')} ${escape(name)}</a></h3>`;
    return `${title}\n<pre tabindex="0">\n${escape(content)}</pre>`;
  };
  return [
    `<section><h2>${word('files')}</h2>`,
    ...files.map(shown),
    `<p><a href="${escape(caUrl)}">${word('certificate')}</a></p></section>`,
    `<section><h2>${word('notes')}</h2><ol>`,
    ...notes.map((note) => `<li>${escape(note[language])}</li>`),
    '</ol></section>',
  ].join('\n');
}

/** This page again with the same values. */
function pageUrl(typed: TypedValues, language: string): string {
  const { password, ...texts } = typed;
  const query = new URLSearchParams({ lang: language, ...texts, ...(password && { password: '1' }) });
  return `/agent-settings?${query.toString()}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
