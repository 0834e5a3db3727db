// Envíos de los que nadie sabe el resultado.
export default {
  'do.unconfirmed': 'Envíos sin confirmación',
  'unconfirmed': 'Envíos sin confirmación',
  'unconfirmed.why': 'La respuesta de WhatsApp se perdió, y desde entonces no ha contado nada de estos. Nada se envía '
    + 'de nuevo por sí solo: el cliente podría recibirlo dos veces. Decide quien tiene la conversación.',
  'unconfirmed.none': 'Todo lo enviado está confirmado.',
  'unconfirmed.error': 'No se pudo leer la lista.',
  'unconfirmed.heard': 'Desde entonces WhatsApp ha contado otras cosas de este número, y nada de este: probablemente '
    + 'no llegó.',
  'unconfirmed.unheard': 'Desde entonces WhatsApp no ha contado nada de este número: la noticia aún puede llegar.',
  'unconfirmed.wrote': 'El cliente ha escrito después: léelo, puede ser la respuesta.',
  'unconfirmed.more': 'Hay más: estos son los más antiguos.',
  'unconfirmed.theirs': 'Con {owner}', 'unconfirmed.nobody': 'Sin dueño: asume la conversación para decidir',
  'unconfirmed.open': 'Abrir la conversación',
};
