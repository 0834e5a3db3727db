// What Meta tells beside messages, and what may not be sent to a person.
export default {
  'sys.marketingStop': 'O cliente cancelou as mensagens de marketing',
  'sys.marketingResume': 'O cliente voltou a aceitar mensagens de marketing',
  'allowed.marketing.customer': 'Sem marketing: cancelado pelo cliente · {time}',
  'allowed.marketing.meta': 'Sem marketing: o WhatsApp diz que o cliente cancelou · {time}',
  'allowed.marketing.agent': 'Sem marketing: cancelado por {name} · {time}',
  'allowed.blocked.agent': 'Bloqueado por {name} · {time}',
  'allowed.blocked.meta': 'Bloqueado, segundo o WhatsApp · {time}',
  'allowed.blocked.customer': 'Bloqueado · {time}',
};
