// Español: escribir primero.
export default {
  'do.first': 'Nuevo mensaje…', 'first.title': 'Nuevo mensaje', 'first.titleOther': 'Escribir desde otro número',
  'first.other': 'Escribir', 'first.number': 'De', 'first.to': 'Para', 'first.name': 'Nombre',
  'first.optional': 'opcional',
  'first.to.like': '+55 11 98888-7777', 'first.to.hint': 'Un teléfono con su país.', 'first.to.goes': 'Va a {to}.',
  'first.name.hint': 'Cómo llaman las listas a alguien nuevo, hasta que WhatsApp diga su nombre.',
  'first.template': 'Plantilla', 'first.what': 'La conversación será tuya y la respuesta te llegará a ti.',
  'first.send': 'Enviar plantilla', 'first.sendTo': 'Enviar plantilla a {to}', 'first.busy': 'Enviando…',
  'wrong.to': 'Escribe un teléfono con su país, como +55 11 98888-7777, o un id de usuario de WhatsApp.',
  'wrong.phone_number_id': 'Ya no escribes desde este número. Elige otro.',
  'first.no.owner': '{owner} tiene la conversación con esta persona: pregúntale ahí o asúmela.',
  'first.why.offline': 'No hay conexión en este momento.', 'first.why.to': 'Escribe a quién va.',
  'first.why.template': 'Elige una plantilla.', 'first.why.values': 'Completa lo que la plantilla deja abierto.',
};
