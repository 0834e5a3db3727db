// What Meta tells beside messages, and what may not be sent to a person.
export default {
  'sys.marketingStop': 'The customer stopped marketing messages',
  'sys.marketingResume': 'The customer allows marketing messages again',
  'allowed.marketing.customer': 'No marketing: stopped by the customer · {time}',
  'allowed.marketing.meta': 'No marketing: WhatsApp says that the customer stopped it · {time}',
  'allowed.marketing.agent': 'No marketing: stopped by {name} · {time}',
  'allowed.blocked.agent': 'Blocked by {name} · {time}',
  'allowed.blocked.meta': 'Blocked, as WhatsApp says · {time}',
  'allowed.blocked.customer': 'Blocked · {time}',
  'kind.call': 'Call',
  'call.missed': 'Missed call',
  'call.ended': 'Call, {time}',
  'sys.callMade': 'Another program called the customer',
  'sys.toMeta': 'WhatsApp’s own agent answers the customer now',
  'sys.toUs': 'WhatsApp’s own agent gave the conversation back',
};
