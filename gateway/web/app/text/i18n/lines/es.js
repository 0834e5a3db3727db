// What Meta tells beside messages, and what may not be sent to a person.
export default {
  'sys.marketingStop': 'El cliente canceló los mensajes de marketing',
  'sys.marketingResume': 'El cliente vuelve a aceptar mensajes de marketing',
  'allowed.marketing.customer': 'Sin marketing: cancelado por el cliente · {time}',
  'allowed.marketing.meta': 'Sin marketing: WhatsApp dice que el cliente lo canceló · {time}',
  'allowed.marketing.agent': 'Sin marketing: cancelado por {name} · {time}',
  'allowed.blocked.agent': 'Bloqueado por {name} · {time}',
  'allowed.blocked.meta': 'Bloqueado, según WhatsApp · {time}',
  'allowed.blocked.customer': 'Bloqueado · {time}',
  'kind.call': 'Llamada',
  'call.missed': 'Llamada perdida',
  'call.ended': 'Llamada, {time}',
  'sys.callMade': 'Otro programa llamó al cliente',
  'sys.toMeta': 'Ahora responde al cliente el agente de WhatsApp',
  'sys.toUs': 'El agente de WhatsApp devolvió la conversación',
};
