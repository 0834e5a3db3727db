// English. What stands between stars is set off; {n} chooses one or other.

export default {
  name: 'English',
  inbox: 'Inbox', rail: 'Main', views: 'Views', numbers: 'Numbers', search: 'Search', phones: 'Demo phones', demo: 'Demo', 'demo.title': 'Sample data; nothing here reaches WhatsApp',
  you: 'You', somebody: 'Somebody', nameless: 'No name', undo: 'Undo', again: 'Try again', edit: 'Edit', discard: 'Discard', copy: 'Copy', cancel: 'Cancel', done: 'Done', back: 'Back', more: 'More actions', reload: 'Reload',

  'view.mine': 'Mine', 'view.unclaimed': 'Unclaimed', 'view.all': 'All', 'view.snoozed': 'Snoozed', 'view.resolved': 'Resolved', 'view.change': 'Change view',
  'sort.title': 'Change the order', 'sort.newest': 'Newest', 'sort.oldest': 'Longest silent',
  density: 'Density', 'density.compact': 'Compact rows', tabs: 'Cuts', 'tab.all': 'All', 'tab.you': 'Wait for you', 'tab.customer': 'Wait for customer', 'tab.unread': 'Unread',
  newer: { one: '1 new conversation', other: '{n} new conversations' }, 'newer.moved': { one: '1 with news', other: '{n} with news' }, 'newer.why': 'The list does not move under the pointer. Show  .',
  'list.of': 'Conversations: {view}', 'list.loading': 'Loading conversations', 'list.error': 'The list could not be read',
  'empty.mine': 'All answered', 'empty.mine.text': 'Nothing of yours is waiting, and nobody waits unclaimed.',
  'empty.mine.waiting': { one: 'Nothing of yours is waiting. There is 1 conversation without an owner.', other: 'Nothing of yours is waiting. There are {count} conversations without an owner.' },
  'empty.unclaimed': 'Nobody waits', 'empty.unclaimed.text': 'Every open conversation has an owner.', 'empty.all': 'No conversations yet', 'empty.all.text': 'When a customer writes to one of your numbers, it shows here.',
  'empty.snoozed': 'Nothing snoozed', 'empty.snoozed.text': 'Snoozed conversations come back on their own.', 'empty.resolved': 'Nothing resolved', 'empty.resolved.text': 'Resolved conversations stay here and reopen when the customer writes.',
  'empty.filter': 'Nothing found', 'empty.search': 'No conversation and no message with “{q}”. Search looks at names, phones, usernames and the messages of two years.', 'empty.filtered': 'No conversation of this view fits the filter.',
  claimOldest: 'Take the oldest',

  'row.unread': { one: '1 unread', other: '{n} unread' }, 'row.typing': '{name} is typing…', 'row.viewing': '{name} is viewing', 'row.locked': 'Somebody else has it', 'row.snoozed': 'Back {time}',
  'row.waitsCustomer': 'Waits for the customer', 'row.waitsYou': 'Waits for you, {time}', 'row.queued': 'Waits {time}',
  'owner.nobody': 'No owner', 'owner.assistant': 'Assistant', 'owner.phone': 'Phone app', 'owner.contact': 'Customer', 'owner.system': 'System',
  'own.nobody': 'No owner {when}', 'own.you': 'With you {when}', 'own.other': 'With {name} {when}',
  'phase.open': 'Open', 'phase.pending': 'Waits for the customer', 'phase.snoozed': 'Snoozed', 'phase.resolved': 'Resolved', 'phase.none': '',

  thread: 'Conversation', messages: 'Messages', today: 'Today', yesterday: 'yesterday', yesterdayLong: 'Yesterday', divider: { one: '1 new', other: '{count} new' }, news: { one: '1 new', other: '{count} new' }, toEnd: 'To the end',
  'older.loading': 'Reading older messages…', 'thread.error': 'The conversation could not be read', 'none.title': 'No conversation open', 'none.text': 'Choose one from the list, or use the keyboard.',
  'none.JK': 'move in the list', 'none.C': 'take the oldest without an owner', 'none.GU': 'see what nobody has', 'none.CtrlK': 'search or command',
  'gone.title': 'You cannot see this conversation', 'gone.text': 'It has moved to a team that you are not in, or it does not exist.', 'gone.back': 'Back to the list',
  transfer: 'Pass to a colleague', snooze: 'Snooze', details: 'Details', resolve: 'Resolve', reopen: 'Reopen',

  'ev.claimed': '*{who}* claimed it', 'ev.claimed.me': '*You* claimed it', 'ev.assigned': '*{who}* gave it to *{to}*', 'ev.assigned.me': '*You* gave it to *{to}*', 'ev.passed': '*{who}* passed it to *{to}*', 'ev.passed.me': '*You* passed it to *{to}*',
  'ev.released': '*{who}* gave it back to the queue', 'ev.released.me': '*You* gave it back to the queue', 'ev.tookOver': '*{who}* took over from *{from}*', 'ev.tookOver.me': '*You* took over from *{from}*',
  'ev.resolved': '*{who}* resolved it', 'ev.resolved.me': '*You* resolved it', 'ev.resolved.self': 'Resolved', 'ev.snoozed': '*{who}* snoozed it until {time}', 'ev.snoozed.me': '*You* snoozed it until {time}',
  'ev.pending': '*{who}* set it to wait for the customer', 'ev.pending.me': '*You* set it to wait for the customer', 'ev.pending.self': 'Waits for the customer', 'ev.reopened': '*{who}* reopened it', 'ev.reopened.me': '*You* reopened it',
  'ev.reopened.contact': 'The customer wrote: open again', 'ev.reopened.self': 'Open again', 'ev.started': 'Conversation started', 'ev.closed': 'The window closed at {time}', 'ev.more': '{n} earlier events',
  'had.claimed': 'claimed it', 'had.tookOver': 'took over from {from}', 'had.given': 'got it from {who}', 'had.released': 'gave it back to the queue', 'had.resolved': 'resolved it',
  'party.nobody': 'nobody', 'party.assistant': 'the assistant', 'party.phone': 'the phone app', 'party.contact': 'the customer', 'party.system': 'Prosa', 'party.unknown': 'somebody',

  'tick.sending': 'sending', 'tick.waiting': 'waiting', 'tick.queued': 'sending', 'tick.accepted': 'accepted by WhatsApp', 'tick.sent': 'sent', 'tick.delivered': 'delivered', 'tick.read': 'read', 'tick.played': 'played', 'tick.failed': 'not sent', 'tick.withdrawn': 'held back', 'tick.ambiguous': 'not confirmed',
  'msg.revoked': 'The customer deleted this message', 'msg.revokedOther': 'A message was deleted', 'msg.erased': 'No longer kept', 'msg.edited': 'edited', 'msg.forwarded': 'forwarded', 'msg.reaction': 'Reaction', 'msg.reacted': 'Reacted with {emoji} to an earlier message', 'msg.unreacted': 'Took a reaction back',
  'msg.failed': 'Not sent: {reason}.', 'msg.ambiguous': 'It is not known whether this arrived.', 'msg.resend': 'Send again (may arrive twice)', 'msg.giveUp': 'Count it as not sent', 'msg.withdrawn': 'Held back: the owner changed before it left.',
  'msg.chose': 'Chose', 'msg.items': { one: '1 item', other: '{n} items' }, 'msg.unsupported': 'A kind of message that WhatsApp does not pass on', 'quote.earlier': 'An earlier message', 'quote.go': 'Go to the quoted message',
  'kind.text': 'Message', 'kind.media': 'File', 'kind.location': 'Location', 'kind.contacts': 'Contact card', 'kind.interactive': 'Answer', 'kind.order': 'Order', 'kind.reaction': 'Reaction', 'kind.template': 'Template', 'kind.edit': 'Edited message', 'kind.revoke': 'Deleted message', 'kind.system': 'Change of number', 'kind.note': 'Note', 'kind.unsupported': 'Message', 'kind.': 'No messages yet',
  'media.image': 'Image', 'media.video': 'Video', 'media.audio': 'Audio', 'media.voice': 'Voice message', 'media.document': 'Document', 'media.sticker': 'Sticker', 'media.notHere': 'see it on the phone', 'media.map': 'Open the map',

  reply: 'Reply', note: 'Note', send: 'Send', claim: 'Claim', claimAndReply: 'Claim and reply', 'claim.only': 'Claim without replying  C', 'compose.kind': 'Kind', 'compose.to': 'Write to {name}', 'compose.claim': 'Write to claim and reply in one step',
  'compose.long': '{n} of {limit} characters', 'compose.offline': 'No connection: leaves when it is back', 'draft.saved': 'Draft saved', 'draft.here': 'Kept here', 'draft.notKept': 'Too large to keep: do not reload',
  'note.send': 'Add note', 'note.hint': 'A note that only the team sees', 'note.only': 'only the team sees this', 'note.to': 'Internal note for {name}…', 'note.add': 'Add', notes: 'Notes', 'notes.none': 'No notes in what was read so far.',
  'window.free': 'Free text for', 'window.why': '24 hours from the customer’s last message', 'window.closed': 'Window closed', 'window.never': 'The customer has not written yet', 'window.left': 'Window open for {time} more', 'window.30': 'The window closes in less than 30 minutes', 'window.120': 'The window closes in less than 2 hours',
  'window.is.open': 'Window open', 'window.is.closing': 'Closes within 2 h', 'window.is.closed': 'Window closed', 'closed.since': 'Window closed {time} ago.', 'closed.now': 'The window is closing.', 'closed.never': 'The customer has not written yet.', 'closed.only': 'Only approved templates.',
  'other.owns': '{name} has this conversation', 'other.viewing': '{name} is looking at it', 'other.typing': '{name} is typing', 'other.assistant': 'The assistant has this conversation', 'other.phone': 'Answered from the phone app', 'other.replied': 'last reply {time} ago', 'other.waits': 'customer waits {time}', 'other.system': 'Busy', 'other.contact': 'Busy', 'other.unknown': 'Somebody has this conversation',
  takeOver: 'Take over…', ask: 'Ask {name}', 'ask.note': '@{name}, may I take this conversation?', 'take.title': 'Take over from {name}?', 'take.text': '{name} is told now. What has not left yet is held back.', 'take.reason': 'Reason, both will see it', 'take.go': 'Take over the conversation',
  'reason.waiting': 'The customer waits too long', 'reason.gone': '{name} has left', 'reason.mine': 'It is my customer', 'reason.other': 'Other…',
  'stale.title': { one: '1 message arrived while you were writing.', other: '{count} messages arrived while you were writing.' }, 'stale.text': 'Nothing was sent.', 'stale.anyway': 'Send anyway',
  'down.title': '{number} is down.', 'down.until': 'Back at about {time}.', 'down.text': 'Your text is kept as a draft.', 'number.down': 'down',
  'tpl.name': 'Template name', 'tpl.nameHelp': 'As WhatsApp Manager shows it.', 'tpl.badName': 'Small letters, digits and _ only.', 'tpl.language': 'Language', 'tpl.variables': 'Variables, one a line', 'tpl.text': 'Its text, for the record (optional)', 'tpl.textHint': 'Hello, {{1}}!', 'tpl.preview': 'The text shows here.', 'tpl.help': 'Meta refuses a template that it has not approved, or with another number of variables.', 'tpl.send': 'Send template', 'tpl.claimSend': 'Claim and send template', 'tpl.line': 'Template {name} · {language}', 'tpl.unrendered': 'Sent as approved.', 'tpl.MARKETING': 'Marketing', 'tpl.UTILITY': 'Utility', 'tpl.AUTHENTICATION': 'Authentication',

  'fact.phone': 'Phone', 'fact.username': 'Username', 'fact.address': 'Address', 'fact.bsuid': 'BSUID', 'fact.user_id': 'BSUID', 'fact.time': 'Local time', 'fact.number': 'Writes to', 'fact.since': 'Since', history: 'Who had it', others: 'On other numbers',
  'zone.same': '{time}, same as yours', 'zone.ahead': '{time}, {hours} h ahead', 'zone.behind': '{time}, {hours} h behind',

  'transfer.title': 'Pass {name} to a colleague', 'transfer.who': 'Colleague', 'transfer.here': 'looking at it', 'transfer.queue': 'Back to the queue', 'transfer.queueText': 'whoever is free', 'transfer.note': 'Note for {name}, both will see it', 'transfer.noteQueue': 'Note for whoever takes it', 'transfer.go': 'Pass on',
  'snooze.title': 'Snooze until', 'snooze.1h': 'In 1 hour', 'snooze.3h': 'In 3 hours', 'snooze.tomorrow': 'Tomorrow', 'snooze.monday': 'Monday', 'snooze.own': 'Another time',
  filter: 'Filter', 'filter.q': 'Name, phone or username', 'filter.qHint': 'Part of a name, or the start of a phone', 'filter.turn': 'Who waits', 'filter.window': '24-hour window', 'filter.unread': 'Reading', 'filter.number': 'Number', 'filter.clear': 'Clear', 'filter.owner': 'Owner', 'filter.anybody': 'Anybody', 'filter.remove': 'Remove',
  account: 'Account', 'account.of': 'Account of {name}', language: 'Language', theme: 'Theme', 'theme.toggle': 'Light or dark', 'theme.system': 'As the system', 'theme.light': 'Light', 'theme.dark': 'Dark', 'role.agent': 'Agent', 'role.manager': 'Manager', 'role.admin': 'Administrator',

  palette: 'Search or command', 'palette.hint': 'Search a message, a person or a command', 'palette.results': 'Results', 'palette.none': 'Nothing found.', 'palette.inList': 'Search “{q}” in the list', 'palette.here': 'This conversation', 'palette.found': 'Conversations', 'palette.go': 'Go to', 'palette.list': 'List', 'palette.app': 'Prosa', 'palette.choose': 'choose', 'palette.do': 'do', 'palette.close': 'close',
  'palette.said': 'Messages', 'found.loading': 'Searching…', 'found.noContact': 'No conversation of this view by that name, phone or username.', 'found.noMessage': 'No message of the last two years with these words.', 'found.more': 'Older messages', 'found.all': 'All {count} conversations', 'found.back': 'Conversations and messages',
  toNewest: 'To the newest', 'newer.loading': 'Reading newer messages…',
  'keys.title': 'Keyboard', 'keys.list': 'List', 'keys.here': 'Conversation', 'keys.go': 'Go to', 'keys.write': 'Write', 'keys.line': 'New line',
  'do.claim': 'Claim, or take the oldest', 'do.takeOver': 'Take over…', 'do.transfer': 'Pass to a colleague…', 'do.release': 'Give back to the queue', 'do.reply': 'Reply', 'do.note': 'Write a note', 'do.snooze': 'Snooze…', 'do.resolve': 'Resolve', 'do.resolveNext': 'Resolve and open the next', 'do.reopen': 'Reopen', 'do.details': 'Show or hide details',
  'do.next': 'Next', 'do.previous': 'Previous', 'do.openRow': 'Open', 'do.showNew': 'Show the new ones', 'do.search': 'Search', 'do.filter': 'Filter…', 'do.back': 'Back', 'do.go.mine': 'Mine', 'do.go.unclaimed': 'Unclaimed', 'do.go.all': 'All', 'do.go.snoozed': 'Snoozed', 'do.go.resolved': 'Resolved',
  'do.palette': 'Search or command', 'do.keys': 'Keyboard', 'do.theme': 'Light or dark', 'do.density': 'Compact or roomy', 'do.account': 'Language and account…', 'do.logout': 'Log out',

  'toast.claimed': 'The conversation is yours.', 'toast.tookOver': 'The conversation is yours now.', 'toast.passed': 'Passed to {name}.', 'toast.released': 'Back in the queue.', 'toast.asked': '{name} sees your question as a note.', 'toast.resolved': 'Resolved.', 'toast.snoozed': 'Snoozed.', 'toast.copied': 'Copied.', 'toast.notCopied': 'The browser does not allow copying.', 'toast.nobodyWaits': 'Nobody waits without an owner.', 'toast.gained': '{name} was passed to you.', 'toast.lost': '{owner} has taken over {name}.',
  'long.why': 'WhatsApp takes no more in one message.', 'long.huge': 'Too long for WhatsApp and for this field. It is kept whole until you decide.', 'long.parts': { one: 'Send as 1 message', other: 'Send as {n} messages' }, 'long.shorten': 'Keep the first {limit}', 'long.shortened': 'Shortened.', 'long.discarded': 'Discarded.', 'long.copy': 'Copy all',
  'login.ended': 'Your session has ended. What you wrote is kept in this browser.', 'gone.kept': 'What you had written here', 'gone.changed': 'Your teams or role have changed.',
  'net.live': 'Live', 'net.connecting': 'Connecting…', 'net.cut': 'No connection.', 'net.asOf': 'as of {time}', 'net.retry': 'Try now', 'net.stopped': 'Disconnected for good',
  'login.title': 'Log in to Prosa', 'login.email': 'E-mail', 'login.password': 'Password', 'login.go': 'Log in', 'login.busy': 'Logging in…',

  'demo.who': 'Choose who you are', 'demo.or': 'or with e-mail and password', 'demo.switch': 'Switch to {name}', 'demo.beside': 'Be {name} in another tab, beside this one',
  'demo.two': 'Two people at once: the button at the right opens this machine under its other name (localhost or 127.0.0.1), which has a log-in of its own. A private window does the same.',

  'no.owner': '{owner} has this conversation now. Your text is kept.', 'no.unclaimed': 'Claim the conversation first. Your text is kept.', 'no.late': '{owner} was faster. Your text is kept.', 'no.epoch': 'The owner has changed. Your text is kept.', 'no.stale': 'Something arrived that you had not seen.', 'no.window_closed': 'The 24-hour window is closed. Your text is kept.', 'no.too_many_open': 'Too many messages are waiting to leave. Wait a moment.', 'no.too_many_attempts': 'Too many attempts. Wait a minute.', 'no.forbidden': 'You may not do that. Ask a manager.', 'no.bad_login': 'E-mail or password is wrong.', 'no.no_session': 'You are logged out. Log in again.', 'no.unavailable': 'Not possible just now. Nothing was done.', 'no.unknown_outcome': 'It is not known whether this was done. Trying again does it once.', 'no.unreachable': 'The server cannot be reached.', 'no.not_found': 'It does not exist, or you may not see it.', 'no.too_large': 'It is too large.', 'no.content': 'This cannot be sent: {detail}', 'no.internal': 'Something went wrong on our side. Try again.',
  'meta.window': 'the 24-hour window was closed', 'meta.number': 'WhatsApp refuses our number', 'meta.pace': 'too many messages at once', 'meta.unreachable': 'this person cannot be reached on WhatsApp', 'meta.marketing': 'WhatsApp limits advertising to this person', 'meta.stopped': 'this person has stopped advertising', 'meta.media': 'the file was not accepted', 'meta.kind': 'this kind of message is not accepted', 'meta.parameters': 'the template’s variables do not fit', 'meta.template': 'there is no such template in this language', 'meta.paused': 'the template is paused or refused', 'meta.meta': 'WhatsApp had an error', 'meta.unknown': 'reason not known',

  now: 'just now', for: 'for {time}', since: 'since {time}', 'unit.s': '{s} s', 'unit.min': '{m} min', 'unit.h': '{h} h', 'unit.hm': '{h} h {m} min', 'unit.d': { one: '1 day', other: '{d} days' },
};
