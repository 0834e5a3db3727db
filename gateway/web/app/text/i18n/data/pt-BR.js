// Words of conflicts between two who change the same, and of what is kept.

export default {
  conflict: 'Outra pessoa mudou isto enquanto isso',
  'conflict.choose': 'Escolha em cada campo e grave.',
  'conflict.none': 'O que ela mudou já está aqui. Grave de novo para acrescentar o seu.',
  'conflict.theirs': 'Ficar com o dela',
  'conflict.mine': 'Ficar com o meu',
  'conflict.empty': '(vazio)',
  'settings.data': 'Dados',
  'data.title': 'Por quanto tempo os arquivos dos clientes ficam guardados',
  'data.files': 'Arquivos',
  'data.days': 'Dias',
  'data.hint':
    '0 guarda para sempre. O que for mais antigo é apagado em até uma hora, para sempre, em todos os números.',
  'data.note': 'Por quê (para os colegas)',
  'data.ever': 'para sempre',
  'data.nDays': { one: '1 dia', other: '{n} dias' },
  'data.saved': 'Gravado. Vale em instantes.',
  'data.history': 'Mudanças',
  'data.default': 'Vale o padrão da instalação.',
  'data.removes': 'Arquivos com mais de {days} serão apagados para sempre.',
};
