// Palabras de la cuenta propia y de cómo se entra.

export default {
  'settings.account': 'Mi cuenta',
  'settings.group.mine': 'Mío',
  'own.who': 'Sobre mí',
  'own.saved': 'Guardado',
  'own.current': 'Contraseña actual',
  'own.next': 'Contraseña nueva',
  'own.change': 'Cambiar la contraseña',
  'own.notCurrent': 'Esta no es su contraseña actual.',
  'own.password.hint': 'Sus sesiones en otros lugares terminan.',
  'own.password.done': 'La contraseña se cambió',
  'own.everywhere': 'Salir en todas partes',
  'own.everywhere.hint': 'Termina todas sus sesiones, también esta.',
};
