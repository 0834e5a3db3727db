// Words of the company's own page, and of what whoever runs the installation does.

export default {
  'settings.company': 'Company',
  'settings.no.tenant_limit': 'The company has as much as it may have. Ask whoever runs the installation for more.',
  'settings.no.being_erased': 'This number was another company’s, and what that one left is still being erased. '
    + 'Try again in some twenty minutes.',
  'no.tenant_suspended': 'The company is suspended: {reason}. Ask whoever runs the installation.',
  'no.month_spent': 'The company has sent all messages it may this month.',
  'company.name': 'Name of the company',
  'company.saved': 'The company is now called {name}',
  'company.use': 'Use and limits',
  'company.what': 'What',
  'company.used': 'In use',
  'company.most': 'Limit',
  'company.none': 'no limit',
  'company.full': 'used up',
  'company.numbers': 'Connected numbers',
  'company.seats': 'People and open invitations',
  'company.monthly_messages': 'Messages sent this month',
  'company.hint': 'Limits are set by whoever runs the installation. What customers write is always received.',
  'audit.kind.tenant': 'Company',
  'audit.do.tenant.created': 'made the company',
  'audit.do.tenant.changed': 'changed the company',
  'audit.do.tenant.suspended': 'suspended the company',
  'audit.do.tenant.resumed': 'resumed the company',
  'audit.do.tenant.closing': 'closed the company',
  'audit.do.tenant.exported': 'exported everything',
};
