// Español. Lo que está entre asteriscos se destaca; {n} elige one u other.

export default {
  name: 'Español',
  inbox: 'Bandeja de entrada', rail: 'Principal', views: 'Vistas', numbers: 'Números', search: 'Buscar', phones: 'Teléfonos de demostración', demo: 'Demostración', 'demo.title': 'Datos de ejemplo; nada de aquí llega a WhatsApp',
  you: 'Tú', somebody: 'Alguien', nameless: 'Sin nombre', undo: 'Deshacer', again: 'Reintentar', edit: 'Editar', discard: 'Descartar', copy: 'Copiar', cancel: 'Cancelar', done: 'Listo', back: 'Volver', more: 'Más acciones', reload: 'Recargar',

  'view.mine': 'Mías', 'view.unclaimed': 'Sin dueño', 'view.all': 'Todas', 'view.snoozed': 'Pospuestas', 'view.resolved': 'Resueltas', 'view.change': 'Cambiar de vista',
  'sort.title': 'Cambiar el orden', 'sort.newest': 'Más recientes', 'sort.oldest': 'Mayor silencio',
  density: 'Densidad', 'density.compact': 'Filas compactas', tabs: 'Cortes', 'tab.all': 'Todas', 'tab.you': 'Te esperan', 'tab.customer': 'Esperan cliente', 'tab.unread': 'No leídas',
  newer: { one: '1 conversación nueva', other: '{n} conversaciones nuevas' }, 'newer.moved': { one: '1 con novedad', other: '{n} con novedades' }, 'newer.why': 'La lista no se mueve bajo el cursor. Mostrar  .',
  'list.of': 'Conversaciones: {view}', 'list.loading': 'Cargando conversaciones', 'list.error': 'No se pudo leer la lista',
  'empty.mine': 'Todo respondido', 'empty.mine.text': 'Nada tuyo espera respuesta, y nadie espera sin dueño.',
  'empty.mine.waiting': { one: 'Nada tuyo espera respuesta. Hay 1 conversación sin dueño.', other: 'Nada tuyo espera respuesta. Hay {count} conversaciones sin dueño.' },
  'empty.unclaimed': 'Nadie espera', 'empty.unclaimed.text': 'Toda conversación abierta tiene dueño.', 'empty.all': 'Aún no hay conversaciones', 'empty.all.text': 'Cuando un cliente escriba a uno de tus números, aparecerá aquí.',
  'empty.snoozed': 'Nada pospuesto', 'empty.snoozed.text': 'Las conversaciones pospuestas vuelven solas.', 'empty.resolved': 'Nada resuelto', 'empty.resolved.text': 'Las conversaciones resueltas quedan aquí y se reabren cuando el cliente escribe.',
  'empty.filter': 'Nada encontrado', 'empty.search': 'Ninguna conversación con «{q}» en esta vista. La búsqueda mira nombres, teléfonos y usuarios.', 'empty.filtered': 'Ninguna conversación de esta vista pasa el filtro.',
  claimOldest: 'Tomar la más antigua',

  'row.unread': { one: '1 no leída', other: '{n} no leídas' }, 'row.typing': '{name} está escribiendo…', 'row.viewing': '{name} está mirando', 'row.locked': 'La tiene otra persona', 'row.snoozed': 'Vuelve {time}',
  'row.waitsCustomer': 'Espera al cliente', 'row.waitsYou': 'Te espera hace {time}', 'row.queued': 'Espera hace {time}',
  'owner.nobody': 'Sin dueño', 'owner.assistant': 'Asistente', 'owner.phone': 'Teléfono de la tienda', 'owner.contact': 'Cliente', 'owner.system': 'Sistema',
  'own.nobody': 'Sin dueño {when}', 'own.you': 'Contigo {when}', 'own.other': 'Con {name} {when}',
  'phase.open': 'Abierta', 'phase.pending': 'Espera al cliente', 'phase.snoozed': 'Pospuesta', 'phase.resolved': 'Resuelta', 'phase.none': '',

  thread: 'Conversación', messages: 'Mensajes', today: 'Hoy', yesterday: 'ayer', yesterdayLong: 'Ayer', divider: { one: '1 nuevo', other: '{count} nuevos' }, news: { one: '1 nuevo', other: '{count} nuevos' }, toEnd: 'Ir al final',
  'older.loading': 'Leyendo mensajes anteriores…', 'thread.error': 'No se pudo leer la conversación', 'none.title': 'Ninguna conversación abierta', 'none.text': 'Elige una de la lista o sigue con el teclado.',
  'none.JK': 'moverse en la lista', 'none.C': 'tomar la más antigua sin dueño', 'none.GU': 'ver las que no tienen dueño', 'none.CtrlK': 'buscar o mandar',
  'gone.title': 'No puedes ver esta conversación', 'gone.text': 'Pasó a un equipo en el que no estás, o no existe.', 'gone.back': 'Volver a la lista',
  transfer: 'Pasar a un colega', snooze: 'Posponer', details: 'Detalles', resolve: 'Resolver', reopen: 'Reabrir',

  'ev.claimed': '*{who}* la tomó', 'ev.claimed.me': '*Tú* la tomaste', 'ev.assigned': '*{who}* la entregó a *{to}*', 'ev.assigned.me': '*Tú* la entregaste a *{to}*', 'ev.passed': '*{who}* la pasó a *{to}*', 'ev.passed.me': '*Tú* la pasaste a *{to}*',
  'ev.released': '*{who}* la devolvió a la cola', 'ev.released.me': '*Tú* la devolviste a la cola', 'ev.tookOver': '*{who}* la tomó de *{from}*', 'ev.tookOver.me': '*Tú* la tomaste de *{from}*',
  'ev.resolved': '*{who}* la resolvió', 'ev.resolved.me': '*Tú* la resolviste', 'ev.resolved.self': 'Resuelta', 'ev.snoozed': '*{who}* la pospuso hasta {time}', 'ev.snoozed.me': '*Tú* la pospusiste hasta {time}',
  'ev.pending': '*{who}* la dejó esperando al cliente', 'ev.pending.me': '*Tú* la dejaste esperando al cliente', 'ev.pending.self': 'Espera al cliente', 'ev.reopened': '*{who}* la reabrió', 'ev.reopened.me': '*Tú* la reabriste',
  'ev.reopened.contact': 'Se reabrió con un mensaje del cliente', 'ev.reopened.self': 'Reabierta', 'ev.started': 'Comienzo de la conversación', 'ev.closed': 'La ventana se cerró a las {time}', 'ev.more': '{n} eventos anteriores',
  'had.claimed': 'la tomó de la cola', 'had.tookOver': 'la tomó de {from}', 'had.given': 'la recibió de {who}', 'had.released': 'la devolvió a la cola', 'had.resolved': 'la resolvió',
  'party.nobody': 'nadie', 'party.assistant': 'la asistente', 'party.phone': 'el teléfono de la tienda', 'party.contact': 'el cliente', 'party.system': 'Prosa', 'party.unknown': 'alguien',

  'tick.sending': 'enviando', 'tick.waiting': 'en cola', 'tick.queued': 'enviando', 'tick.accepted': 'aceptado por WhatsApp', 'tick.sent': 'enviado', 'tick.delivered': 'entregado', 'tick.read': 'leído', 'tick.played': 'escuchado', 'tick.failed': 'no enviado', 'tick.withdrawn': 'retenido', 'tick.ambiguous': 'sin confirmar',
  'msg.revoked': 'El cliente borró este mensaje', 'msg.revokedOther': 'Se borró un mensaje', 'msg.erased': 'Ya no se guarda', 'msg.edited': 'editado', 'msg.forwarded': 'reenviado', 'msg.reaction': 'Reacción', 'msg.reacted': 'Reaccionó con {emoji} a un mensaje anterior', 'msg.unreacted': 'Quitó una reacción',
  'msg.failed': 'No enviado: {reason}.', 'msg.ambiguous': 'No se sabe si este llegó.', 'msg.resend': 'Enviar otra vez (puede llegar dos veces)', 'msg.giveUp': 'Darlo por no enviado', 'msg.withdrawn': 'Retenido: el dueño cambió antes de que saliera.',
  'msg.chose': 'Eligió', 'msg.items': { one: '1 artículo', other: '{n} artículos' }, 'msg.unsupported': 'Un tipo de mensaje que WhatsApp no transmite', 'quote.earlier': 'Un mensaje anterior', 'quote.go': 'Ir al mensaje citado',
  'kind.text': 'Mensaje', 'kind.media': 'Archivo', 'kind.location': 'Ubicación', 'kind.contacts': 'Contacto', 'kind.interactive': 'Respuesta', 'kind.order': 'Pedido', 'kind.reaction': 'Reacción', 'kind.template': 'Plantilla', 'kind.edit': 'Mensaje editado', 'kind.revoke': 'Mensaje borrado', 'kind.system': 'Cambio de número', 'kind.note': 'Nota', 'kind.unsupported': 'Mensaje', 'kind.': 'Aún sin mensajes',
  'media.image': 'Foto', 'media.video': 'Vídeo', 'media.audio': 'Audio', 'media.voice': 'Mensaje de voz', 'media.document': 'Documento', 'media.sticker': 'Sticker', 'media.notHere': 'míralo en el teléfono', 'media.map': 'Abrir el mapa',

  reply: 'Responder', note: 'Nota interna', send: 'Enviar', claim: 'Tomar', claimAndReply: 'Tomar y responder', 'claim.only': 'Tomar sin responder  C', 'compose.kind': 'Tipo', 'compose.to': 'Escribe a {name}', 'compose.claim': 'Escribe para tomar y responder en un paso',
  'compose.long': '{n} de {limit} caracteres', 'compose.offline': 'Sin conexión: sale cuando vuelva', 'draft.saved': 'Borrador guardado', 'draft.here': 'Guardado aquí', 'draft.notKept': 'Demasiado grande para guardar: no recargues',
  'note.send': 'Guardar nota', 'note.hint': 'Una nota que solo ve el equipo', 'note.only': 'solo la ve el equipo', 'note.to': 'Nota interna para {name}…', 'note.add': 'Añadir', notes: 'Notas', 'notes.none': 'Ninguna nota en lo leído hasta aquí.',
  'window.free': 'Texto libre por', 'window.why': '24 h desde el último mensaje del cliente', 'window.closed': 'Ventana cerrada', 'window.never': 'El cliente aún no ha escrito', 'window.left': 'Ventana abierta por {time} más', 'window.30': 'La ventana se cierra en menos de 30 minutos', 'window.120': 'La ventana se cierra en menos de 2 horas',
  'window.is.open': 'Ventana abierta', 'window.is.closing': 'Cierra en 2 h', 'window.is.closed': 'Ventana cerrada', 'closed.since': 'Ventana cerrada hace {time}.', 'closed.now': 'La ventana se está cerrando.', 'closed.never': 'El cliente aún no ha escrito.', 'closed.only': 'Solo plantillas aprobadas.',
  'other.owns': '{name} tiene esta conversación', 'other.viewing': '{name} está mirando', 'other.typing': '{name} está escribiendo', 'other.assistant': 'La asistente tiene esta conversación', 'other.phone': 'Respondida desde el teléfono de la tienda', 'other.replied': 'respondió hace {time}', 'other.waits': 'el cliente espera hace {time}', 'other.system': 'Ocupada', 'other.contact': 'Ocupada', 'other.unknown': 'Alguien tiene esta conversación',
  takeOver: 'Tomar…', ask: 'Pedir a {name}', 'ask.note': '@{name}, ¿puedo quedarme con esta conversación?', 'take.title': '¿Tomarla de {name}?', 'take.text': '{name} se entera ahora. Lo que aún no salió se retiene.', 'take.reason': 'Motivo, visible para ambos', 'take.go': 'Tomar la conversación',
  'reason.waiting': 'El cliente espera demasiado', 'reason.gone': '{name} se fue', 'reason.mine': 'Es de mi cartera', 'reason.other': 'Otro…',
  'stale.title': { one: 'Llegó 1 mensaje mientras escribías.', other: 'Llegaron {count} mensajes mientras escribías.' }, 'stale.text': 'No se envió nada.', 'stale.anyway': 'Enviar de todos modos',
  'down.title': '{number} fuera de servicio.', 'down.until': 'Vuelve hacia las {time}.', 'down.text': 'Lo que escribes queda como borrador.', 'number.down': 'fuera de servicio',
  'tpl.name': 'Nombre de la plantilla', 'tpl.nameHelp': 'Como aparece en el Administrador de WhatsApp.', 'tpl.badName': 'Solo minúsculas, números y _.', 'tpl.language': 'Idioma', 'tpl.variables': 'Variables, una por línea', 'tpl.text': 'Su texto, para el registro (opcional)', 'tpl.textHint': '¡Hola, {{1}}!', 'tpl.preview': 'El texto aparece aquí.', 'tpl.help': 'Meta rechaza una plantilla que no aprobó o con otro número de variables.', 'tpl.send': 'Enviar plantilla', 'tpl.claimSend': 'Tomar y enviar plantilla', 'tpl.line': 'Plantilla {name} · {language}', 'tpl.unrendered': 'Enviada como se aprobó.', 'tpl.MARKETING': 'Marketing', 'tpl.UTILITY': 'Utilidad', 'tpl.AUTHENTICATION': 'Autenticación',

  'fact.phone': 'Teléfono', 'fact.username': 'Usuario', 'fact.address': 'Dirección', 'fact.bsuid': 'BSUID', 'fact.user_id': 'BSUID', 'fact.time': 'Hora local', 'fact.number': 'Escribe a', 'fact.since': 'Desde', history: 'Quién la tuvo', others: 'En otros números',
  'zone.same': '{time}, igual que la tuya', 'zone.ahead': '{time}, {hours} h más', 'zone.behind': '{time}, {hours} h menos',

  'transfer.title': 'Pasar {name} a un colega', 'transfer.who': 'Colega', 'transfer.here': 'está mirando', 'transfer.queue': 'Devolver a la cola', 'transfer.queueText': 'quien esté libre', 'transfer.note': 'Nota para {name}, visible para ambos', 'transfer.noteQueue': 'Nota para quien la tome', 'transfer.go': 'Pasar',
  'snooze.title': 'Posponer hasta', 'snooze.1h': 'Dentro de 1 hora', 'snooze.3h': 'Dentro de 3 horas', 'snooze.tomorrow': 'Mañana', 'snooze.monday': 'El lunes', 'snooze.own': 'Otro momento',
  filter: 'Filtrar', 'filter.q': 'Nombre, teléfono o usuario', 'filter.qHint': 'Parte del nombre o comienzo del teléfono', 'filter.wait': 'Quién espera', 'filter.window': 'Ventana de 24 h', 'filter.unread': 'Lectura', 'filter.number': 'Número', 'filter.clear': 'Limpiar', 'filter.remove': 'Quitar',
  account: 'Cuenta', 'account.of': 'Cuenta de {name}', language: 'Idioma', theme: 'Tema', 'theme.toggle': 'Claro u oscuro', 'theme.system': 'Del sistema', 'theme.light': 'Claro', 'theme.dark': 'Oscuro', 'role.agent': 'Agente', 'role.manager': 'Gerente', 'role.admin': 'Administración',

  palette: 'Buscar o mandar', 'palette.hint': 'Buscar conversación, persona o comando', 'palette.results': 'Resultados', 'palette.none': 'Nada encontrado.', 'palette.inList': 'Buscar «{q}» en la lista', 'palette.here': 'En esta conversación', 'palette.found': 'Conversaciones', 'palette.go': 'Ir a', 'palette.list': 'Lista', 'palette.app': 'Prosa', 'palette.choose': 'elegir', 'palette.do': 'hacer', 'palette.close': 'cerrar',
  'keys.title': 'Atajos de teclado', 'keys.list': 'Lista', 'keys.here': 'Conversación', 'keys.go': 'Ir a', 'keys.write': 'Escribir', 'keys.line': 'Nueva línea',
  'do.claim': 'Tomar, o tomar la más antigua', 'do.takeOver': 'Tomar de otro…', 'do.transfer': 'Pasar a un colega…', 'do.release': 'Devolver a la cola', 'do.reply': 'Responder', 'do.note': 'Escribir nota interna', 'do.snooze': 'Posponer…', 'do.resolve': 'Resolver', 'do.resolveNext': 'Resolver y abrir la siguiente', 'do.reopen': 'Reabrir', 'do.details': 'Mostrar u ocultar detalles',
  'do.next': 'Siguiente', 'do.previous': 'Anterior', 'do.openRow': 'Abrir', 'do.showNew': 'Mostrar las nuevas', 'do.search': 'Buscar', 'do.filter': 'Filtrar…', 'do.back': 'Volver', 'do.go.mine': 'Mías', 'do.go.unclaimed': 'Sin dueño', 'do.go.all': 'Todas', 'do.go.snoozed': 'Pospuestas', 'do.go.resolved': 'Resueltas',
  'do.palette': 'Buscar o mandar', 'do.keys': 'Atajos de teclado', 'do.theme': 'Claro u oscuro', 'do.density': 'Compacto o amplio', 'do.account': 'Idioma y cuenta…', 'do.logout': 'Salir',

  'toast.claimed': 'La conversación es tuya.', 'toast.tookOver': 'La conversación ahora es tuya.', 'toast.passed': 'Pasada a {name}.', 'toast.released': 'De vuelta en la cola.', 'toast.asked': '{name} ve tu pedido como nota.', 'toast.resolved': 'Resuelta.', 'toast.snoozed': 'Pospuesta.', 'toast.copied': 'Copiado.', 'toast.notCopied': 'El navegador no permite copiar.', 'toast.nobodyWaits': 'Nadie espera sin dueño.', 'toast.gained': 'Te pasaron a {name}.', 'toast.lost': '{owner} tomó a {name}.',
  'net.live': 'En vivo', 'net.connecting': 'Conectando…', 'net.cut': 'Sin conexión.', 'net.asOf': 'datos de las {time}', 'net.retry': 'Probar ahora', 'net.stopped': 'Desconectado del todo',
  'login.title': 'Entrar en Prosa', 'login.email': 'Correo', 'login.password': 'Contraseña', 'login.go': 'Entrar', 'login.busy': 'Entrando…',

  'demo.who': 'Elige quién eres', 'demo.or': 'o con correo y contraseña', 'demo.switch': 'Pasar a ser {name}', 'demo.beside': 'Ser {name} en otra pestaña, junto a esta',
  'demo.two': 'Dos personas a la vez: el botón de la derecha abre esta máquina con su otro nombre (localhost o 127.0.0.1), que tiene su propia sesión. Una ventana privada hace lo mismo.',

  'no.owner': 'La conversación ahora la tiene {owner}. Tu texto está guardado.', 'no.unclaimed': 'Toma la conversación primero. Tu texto está guardado.', 'no.late': '{owner} fue más rápido. Tu texto está guardado.', 'no.epoch': 'El dueño cambió. Tu texto está guardado.', 'no.stale': 'Llegó algo que no habías visto.', 'no.window_closed': 'La ventana de 24 h está cerrada. Tu texto está guardado.', 'no.too_many_open': 'Demasiados mensajes esperan salir. Espera un momento.', 'no.too_many_attempts': 'Demasiados intentos. Espera un minuto.', 'no.forbidden': 'No puedes hacer eso. Habla con un gerente.', 'no.bad_login': 'Correo o contraseña incorrectos.', 'no.no_session': 'Tu sesión terminó. Entra otra vez.', 'no.unavailable': 'Ahora no es posible. No se hizo nada.', 'no.unknown_outcome': 'No se sabe si se hizo. Reintentar lo hace una sola vez.', 'no.unreachable': 'El servidor no responde.', 'no.not_found': 'No existe, o no puedes verlo.', 'no.too_large': 'Es demasiado grande.', 'no.content': 'Esto no se puede enviar: {detail}', 'no.internal': 'Algo salió mal de nuestro lado. Reintenta.',
  'meta.window': 'la ventana de 24 h estaba cerrada', 'meta.number': 'WhatsApp rechaza nuestro número', 'meta.pace': 'demasiados mensajes a la vez', 'meta.unreachable': 'no se puede llegar a esta persona por WhatsApp', 'meta.marketing': 'WhatsApp limita la publicidad a esta persona', 'meta.stopped': 'esta persona detuvo la publicidad', 'meta.media': 'el archivo no fue aceptado', 'meta.kind': 'este tipo de mensaje no se acepta', 'meta.parameters': 'las variables de la plantilla no encajan', 'meta.template': 'no existe esa plantilla en este idioma', 'meta.paused': 'la plantilla está pausada o rechazada', 'meta.meta': 'error de WhatsApp', 'meta.unknown': 'motivo desconocido',

  now: 'ahora', for: 'hace {time}', since: 'desde {time}', 'unit.s': '{s} s', 'unit.min': '{m} min', 'unit.h': '{h} h', 'unit.hm': '{h} h {m} min', 'unit.d': { one: '1 día', other: '{d} días' },
};
