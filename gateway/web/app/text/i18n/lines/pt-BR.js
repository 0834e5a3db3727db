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
  'kind.call': 'Chamada',
  'call.missed': 'Chamada perdida',
  'call.ended': 'Chamada, {time}',
  'sys.callMade': 'Outro programa ligou para o cliente',
  'sys.toMeta': 'Agora o agente do WhatsApp responde ao cliente',
  'sys.toUs': 'O agente do WhatsApp devolveu a conversa',
};
