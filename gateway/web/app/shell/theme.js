// Light or dark, and how dense: the system's choice unless the person made one.
// boot.js sets the same before the first picture.

import { computed, signal } from '../../lib/signals.js';
import { readSetting, writeSetting } from '../storage.js';

const system = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(system.matches);
system.addEventListener('change', () => { systemDark.value = system.matches; });

/** '', 'light' or 'dark' */
export const theme = signal(readSetting('theme'));
export const isDark = computed(() => (theme.value ? theme.value === 'dark' : systemDark.value));
export const compact = signal(readSetting('density') === 'compact');

/** @param {string} name */
export function setTheme(name) {
  theme.value = name;
  writeSetting('theme', name);
}

export const toggleTheme = () => setTheme(isDark.value ? 'light' : 'dark');

export function toggleDensity() {
  compact.value = !compact.value;
  writeSetting('density', compact.value ? 'compact' : '');
}
