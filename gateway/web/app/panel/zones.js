// Where a phone number is, as far as it says: for the customer's local time.
// Codes by ITU-T E.164; Brazil's area codes by Anatel.

/** @type {Record<string, string>} */
const countries = {
  1: 'America/New_York', 27: 'Africa/Johannesburg', 31: 'Europe/Amsterdam', 32: 'Europe/Brussels', 33: 'Europe/Paris',
  34: 'Europe/Madrid', 39: 'Europe/Rome', 41: 'Europe/Zurich', 43: 'Europe/Vienna', 44: 'Europe/London',
  45: 'Europe/Copenhagen',
  46: 'Europe/Stockholm', 47: 'Europe/Oslo', 48: 'Europe/Warsaw', 49: 'Europe/Berlin', 51: 'America/Lima',
  52: 'America/Mexico_City',
  54: 'America/Argentina/Buenos_Aires', 55: 'America/Sao_Paulo', 56: 'America/Santiago', 57: 'America/Bogota',
  58: 'America/Caracas',
  60: 'Asia/Kuala_Lumpur', 62: 'Asia/Jakarta', 63: 'Asia/Manila', 65: 'Asia/Singapore', 81: 'Asia/Tokyo',
  82: 'Asia/Seoul',
  86: 'Asia/Shanghai', 90: 'Europe/Istanbul', 91: 'Asia/Kolkata', 212: 'Africa/Casablanca', 234: 'Africa/Lagos',
  238: 'Atlantic/Cape_Verde',
  244: 'Africa/Luanda', 254: 'Africa/Nairobi', 258: 'Africa/Maputo', 351: 'Europe/Lisbon', 353: 'Europe/Dublin',
  502: 'America/Guatemala',
  503: 'America/El_Salvador', 504: 'America/Tegucigalpa', 505: 'America/Managua', 506: 'America/Costa_Rica',
  507: 'America/Panama',
  591: 'America/La_Paz', 593: 'America/Guayaquil', 595: 'America/Asuncion', 598: 'America/Montevideo',
  966: 'Asia/Riyadh', 971: 'Asia/Dubai',
};

/** @type {Record<string, string>} */
const brazil = {
  65: 'America/Cuiaba', 66: 'America/Cuiaba', 67: 'America/Campo_Grande', 68: 'America/Rio_Branco',
  69: 'America/Porto_Velho',
  92: 'America/Manaus', 95: 'America/Boa_Vista', 97: 'America/Manaus',
};

/** Codes of countries that have more than one zone; Brazil's tells by the area. */
const many = ['1', '34', '52', '56', '62', '351', '593'];

/**
 * As zoneOf, and '' where the country has several zones and the number does not say which.
 * @param {string} address
 */
export function soleZone(address) {
  const code = [3, 2, 1].map((n) => address.slice(0, n)).find((c) => countries[c]);
  return code && !many.includes(code) ? zoneOf(address) : '';
}

/** The time zone of a phone address, '' when it does not say. @param {string} address */
export function zoneOf(address) {
  if (!/^\d{8,15}$/.test(address)) return '';
  if (address.startsWith('55')) return brazil[address.slice(2, 4)] ?? countries[55];
  for (const length of [3, 2, 1]) {
    const zone = countries[address.slice(0, length)];
    if (zone) return zone;
  }
  return '';
}
