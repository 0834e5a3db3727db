// Words of the company's own page, and of what whoever runs the installation does.

export default {
  'settings.company': 'Empresa',
  'settings.no.tenant_limit': 'A empresa já tem tudo o que pode ter. Peça mais a quem cuida da instalação.',
  'settings.no.being_erased': 'Este número era de outra empresa, e o que ela deixou ainda está sendo apagado. '
    + 'Tente de novo em uns vinte minutos.',
  'no.tenant_suspended': 'A empresa está suspensa: {reason}. Fale com quem cuida da instalação.',
  'no.month_spent': 'A empresa já enviou todas as mensagens que pode neste mês.',
  'company.name': 'Nome da empresa',
  'company.saved': 'A empresa agora se chama {name}',
  'company.use': 'Uso e limites',
  'company.what': 'O quê',
  'company.used': 'Em uso',
  'company.most': 'Limite',
  'company.none': 'sem limite',
  'company.full': 'esgotado',
  'company.numbers': 'Números conectados',
  'company.seats': 'Pessoas e convites abertos',
  'company.monthly_messages': 'Mensagens enviadas neste mês',
  'company.hint': 'Quem cuida da instalação define os limites. O que os clientes escrevem é sempre recebido.',
  'audit.kind.tenant': 'Empresa',
  'audit.do.tenant.created': 'criou a empresa',
  'audit.do.tenant.changed': 'alterou a empresa',
  'audit.do.tenant.suspended': 'suspendeu a empresa',
  'audit.do.tenant.resumed': 'reativou a empresa',
  'audit.do.tenant.closing': 'encerrou a empresa',
  'audit.do.tenant.exported': 'exportou tudo',
};
