'use strict';

/** Why a call failed, with all faults, in English and Chinese. Whatever failed has changed nothing. */
class GuanxiError extends Error {
  #json;

  constructor(english, chinese) {
    const [said, told] = [english, chinese].map((json) => JSON.parse(json).faults);
    const faults = said.map((fault, at) => ({ ...fault, messageZh: told[at].message, hintZh: told[at].hint }));
    super(shown(faults, 'en'));
    this.name = 'GuanxiError';
    this.faults = faults;
    this.code = faults[0].code;
    this.#json = { en: english, zh: chinese };
  }

  /** All faults as JSON, in the very bytes that every language gives. */
  json(language = 'en') {
    return this.#json[language];
  }

  /** All faults for a person. */
  show(language = 'en') {
    return shown(this.faults, language);
  }

  /** Of a handle that was closed: the call must not come to C. */
  static closed(code, noun) {
    const json = (message) => JSON.stringify({ faults: [{ code, name: 'freed_handle', message }] });
    return new GuanxiError(json(`the ${noun} is closed`), json(`${noun} 已关闭`));
  }
}

function shown(faults, language) {
  const lines = (it) => [
    `${it.code} ${it.name}: ${language === 'zh' ? it.messageZh : it.message}`,
    ...(it.pointer ? [`  --> ${it.pointer}`] : []),
    ...((language === 'zh' ? it.hintZh : it.hint) ? [`   = ${language === 'zh' ? it.hintZh : it.hint}`] : []),
  ];
  return faults.flatMap(lines).join('\n');
}

module.exports = { GuanxiError };
