// Words of conflicts between two who change the same, and of what is kept.

export default {
  conflict: 'Otra persona lo cambió mientras tanto',
  'conflict.choose': 'Elija en cada campo y guarde.',
  'conflict.none': 'Lo que cambió ya está aquí. Guarde de nuevo para añadir lo suyo.',
  'conflict.theirs': 'Quedarse con el suyo',
  'conflict.mine': 'Quedarse con el mío',
  'conflict.empty': '(vacío)',
  'settings.data': 'Datos',
  'data.title': 'Cuánto tiempo se guardan los archivos de los clientes',
  'data.files': 'Archivos',
  'data.days': 'Días',
  'data.hint': '0 los guarda para siempre. Lo más antiguo se borra en una hora, para siempre, en todos los números.',
  'data.note': 'Por qué (para los colegas)',
  'data.ever': 'para siempre',
  'data.nDays': { one: '1 día', other: '{n} días' },
  'data.saved': 'Guardado. Vale en un momento.',
  'data.history': 'Cambios',
  'data.default': 'Vale el valor de la instalación.',
  'data.removes': 'Los archivos de más de {days} se borrarán para siempre.',
};
