// English: writing first.
export default {
  'do.first': 'New message…', 'first.title': 'New message', 'first.titleOther': 'Write from another number',
  'first.other': 'Write', 'first.number': 'From', 'first.to': 'To', 'first.name': 'Name', 'first.optional': 'optional',
  'first.to.like': '+55 11 98888-7777', 'first.to.hint': 'A phone with its country.', 'first.to.goes': 'Goes to {to}.',
  'first.name.hint': 'What lists call somebody new, until WhatsApp tells the name.',
  'first.template': 'Template', 'first.what': 'You will own the conversation, and the answer comes to you.',
  'first.send': 'Send template', 'first.sendTo': 'Send template to {to}', 'first.busy': 'Sending…',
  'wrong.to': 'Write a phone with its country, such as +55 11 98888-7777, or a user id of WhatsApp.',
  'wrong.phone_number_id': 'You do not write from this number any more. Choose another.',
  'first.no.owner': '{owner} has the conversation with this person: ask there, or take it over.',
  'first.why.offline': 'There is no connection just now.', 'first.why.to': 'Write whom it goes to.',
  'first.why.template': 'Choose a template.', 'first.why.values': 'Fill in what the template leaves open.',
};
