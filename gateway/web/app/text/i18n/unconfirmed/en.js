// Sends that nobody knows the outcome of.
export default {
  'do.unconfirmed': 'Sends without confirmation',
  'unconfirmed': 'Sends without confirmation',
  'unconfirmed.why': 'WhatsApp’s answer was lost, and it has told nothing of these since. Nothing is sent again by '
    + 'itself: the customer could get it twice. Whoever has the conversation decides.',
  'unconfirmed.none': 'Everything that was sent is confirmed.',
  'unconfirmed.error': 'The list could not be read.',
  'unconfirmed.heard': 'WhatsApp has told of other things of this number since, and nothing of this: it probably did '
    + 'not arrive.',
  'unconfirmed.unheard': 'WhatsApp has told nothing of this number since: its word may still come.',
  'unconfirmed.wrote': 'The customer has written since: read what, it may be the answer.',
  'unconfirmed.more': 'There are more: these are the oldest.',
  'unconfirmed.theirs': 'With {owner}', 'unconfirmed.nobody': 'With nobody: claim the conversation to decide',
  'unconfirmed.open': 'Open the conversation',
};
