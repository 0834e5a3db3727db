// What language a person most likely reads, as far as an address says. Codes of
// countries by ITU-T E.164; languages as Meta writes those of templates.

/** @type {Record<string, string>} */
const byCode = {
  1: 'en_US', 27: 'en_GB', 31: 'nl', 32: 'nl', 33: 'fr', 34: 'es_ES', 39: 'it', 41: 'de', 43: 'de', 44: 'en_GB',
  49: 'de', 51: 'es',
  52: 'es_MX', 54: 'es_AR', 55: 'pt_BR', 56: 'es', 57: 'es', 58: 'es', 61: 'en_GB', 91: 'en_GB', 234: 'en_GB',
  238: 'pt_PT', 244: 'pt_PT',
  254: 'en_GB', 258: 'pt_PT', 351: 'pt_PT', 353: 'en_GB', 502: 'es', 503: 'es', 504: 'es', 505: 'es', 506: 'es',
  507: 'es', 591: 'es',
  593: 'es', 595: 'es', 598: 'es',
};

/** @type {Record<string, string>} */
const byCountry = {
  AO: 'pt_PT', AR: 'es_AR', AT: 'de', AU: 'en_GB', BO: 'es', BR: 'pt_BR', CL: 'es', CO: 'es', CR: 'es', CV: 'pt_PT',
  DE: 'de', EC: 'es',
  ES: 'es_ES', FR: 'fr', GB: 'en_GB', GT: 'es', IE: 'en_GB', IT: 'it', MX: 'es_MX', MZ: 'pt_PT', PE: 'es', PT: 'pt_PT',
  PY: 'es',
  US: 'en_US', UY: 'es', VE: 'es',
};

/** The language of a phone or of a business-scoped id ("BR.…"), '' when it does not say. @param {string} address */
export function languageOf(address) {
  const country = /^([A-Z]{2})\./.exec(address);
  if (country) return byCountry[country[1]] ?? '';
  const digits = address.replace(/\D/g, '');
  if (!/^\d{8,15}$/.test(digits)) return '';
  for (const length of [3, 2, 1]) {
    const language = byCode[digits.slice(0, length)];
    if (language) return language;
  }
  return '';
}

/** How far a language is from the wanted ones: the first counts most, the same language of another country less. */
export function distance(language, wanted) {
  const base = (/** @type {string} */ l) => l.split(/[_-]/)[0];
  const same = (a, b) => a.replace('-', '_') === b.replace('-', '_');
  let at = 0;
  for (const w of wanted) {
    if (same(language, w)) return at;
    if (base(language) === base(w)) return at + 1;
    at += 2;
  }
  return at;
}

/** As people write it: pt-BR. @param {string} language */
export const tag = (language) => language.replace('_', '-');
