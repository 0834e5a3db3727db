// Words of the company's own page, and of what whoever runs the installation does.

export default {
  'settings.company': 'Empresa',
  'settings.no.tenant_limit': 'La empresa ya tiene todo lo que puede tener. Pida más a quien cuida la instalación.',
  'settings.no.being_erased': 'Este número era de otra empresa, y lo que dejó todavía se está borrando. '
    + 'Inténtelo de nuevo en unos veinte minutos.',
  'no.tenant_suspended': 'La empresa está suspendida: {reason}. Hable con quien cuida la instalación.',
  'no.month_spent': 'La empresa ya envió todos los mensajes que puede este mes.',
  'company.name': 'Nombre de la empresa',
  'company.saved': 'La empresa ahora se llama {name}',
  'company.use': 'Uso y límites',
  'company.what': 'Qué',
  'company.used': 'En uso',
  'company.most': 'Límite',
  'company.none': 'sin límite',
  'company.full': 'agotado',
  'company.numbers': 'Números conectados',
  'company.seats': 'Personas e invitaciones abiertas',
  'company.monthly_messages': 'Mensajes enviados este mes',
  'company.hint': 'Quien cuida la instalación define los límites. Lo que escriben los clientes siempre se recibe.',
  'audit.kind.tenant': 'Empresa',
  'audit.do.tenant.created': 'creó la empresa',
  'audit.do.tenant.changed': 'cambió la empresa',
  'audit.do.tenant.suspended': 'suspendió la empresa',
  'audit.do.tenant.resumed': 'reactivó la empresa',
  'audit.do.tenant.closing': 'cerró la empresa',
  'audit.do.tenant.exported': 'exportó todo',
};
