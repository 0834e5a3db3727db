// Envios de que ninguém sabe o fim.
export default {
  'do.unconfirmed': 'Envios sem confirmação',
  'unconfirmed': 'Envios sem confirmação',
  'unconfirmed.why': 'A resposta do WhatsApp se perdeu, e desde então ele não contou nada destes. Nada é enviado de '
    + 'novo sozinho: o cliente poderia receber duas vezes. Quem está com a conversa decide.',
  'unconfirmed.none': 'Tudo o que foi enviado está confirmado.',
  'unconfirmed.error': 'Não foi possível ler a lista.',
  'unconfirmed.heard': 'Desde então o WhatsApp contou outras coisas deste número, e nada desta: provavelmente não '
    + 'chegou.',
  'unconfirmed.unheard': 'Desde então o WhatsApp não contou nada deste número: a notícia ainda pode vir.',
  'unconfirmed.wrote': 'O cliente escreveu depois: leia, pode ser a resposta.',
  'unconfirmed.more': 'Há mais: estes são os mais antigos.',
  'unconfirmed.theirs': 'Com {owner}', 'unconfirmed.nobody': 'Sem dono: assuma a conversa para decidir',
  'unconfirmed.open': 'Abrir a conversa',
};
