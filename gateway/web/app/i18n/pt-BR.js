// Português do Brasil. O que está entre asteriscos é destacado; {n} escolhe one ou other.

export default {
  name: 'Português',
  inbox: 'Caixa de entrada', rail: 'Principal', views: 'Visões', numbers: 'Números', search: 'Buscar', phones: 'Celulares de demonstração', demo: 'Demonstração', 'demo.title': 'Dados de exemplo; nada aqui chega ao WhatsApp',
  you: 'Você', somebody: 'Alguém', nameless: 'Sem nome', undo: 'Desfazer', again: 'Tentar de novo', edit: 'Editar', discard: 'Descartar', copy: 'Copiar', cancel: 'Cancelar', done: 'Pronto', back: 'Voltar', more: 'Mais ações', reload: 'Recarregar',

  'view.mine': 'Minhas', 'view.unclaimed': 'Sem dono', 'view.all': 'Todas', 'view.snoozed': 'Adiadas', 'view.resolved': 'Resolvidas', 'view.change': 'Trocar de visão',
  'sort.title': 'Trocar a ordem', 'sort.newest': 'Mais recentes', 'sort.oldest': 'Maior silêncio',
  density: 'Densidade', 'density.compact': 'Linhas compactas', tabs: 'Recortes', 'tab.all': 'Todas', 'tab.you': 'Esperam você', 'tab.customer': 'Esperam cliente', 'tab.unread': 'Não lidas',
  newer: { one: '1 conversa nova', other: '{n} conversas novas' }, 'newer.moved': { one: '1 com novidade', other: '{n} com novidades' }, 'newer.why': 'A lista não se mexe sob o cursor. Mostrar  .',
  'list.of': 'Conversas: {view}', 'list.loading': 'Carregando conversas', 'list.error': 'Não foi possível ler a lista',
  'empty.mine': 'Tudo respondido', 'empty.mine.text': 'Nada seu espera resposta, e ninguém espera sem dono.',
  'empty.mine.waiting': { one: 'Nada seu espera resposta. Há 1 conversa sem dono.', other: 'Nada seu espera resposta. Há {count} conversas sem dono.' },
  'empty.unclaimed': 'Ninguém esperando', 'empty.unclaimed.text': 'Toda conversa aberta tem dono.', 'empty.all': 'Nenhuma conversa ainda', 'empty.all.text': 'Quando um cliente escrever a um dos seus números, aparece aqui.',
  'empty.snoozed': 'Nada adiado', 'empty.snoozed.text': 'As conversas adiadas voltam sozinhas.', 'empty.resolved': 'Nada resolvido', 'empty.resolved.text': 'As conversas resolvidas ficam aqui e reabrem quando o cliente escreve.',
  'empty.filter': 'Nada encontrado', 'empty.search': 'Nenhuma conversa nem mensagem com “{q}”. A busca olha nomes, telefones, usuários e as mensagens de dois anos.', 'empty.filtered': 'Nenhuma conversa desta visão passa pelo filtro.',
  claimOldest: 'Pegar a mais antiga',

  'row.unread': { one: '1 não lida', other: '{n} não lidas' }, 'row.typing': '{name} está digitando…', 'row.viewing': '{name} está vendo', 'row.locked': 'Está com outra pessoa', 'row.snoozed': 'Volta {time}',
  'row.waitsCustomer': 'Aguarda o cliente', 'row.waitsYou': 'Espera você há {time}', 'row.queued': 'Espera há {time}',
  'owner.nobody': 'Sem dono', 'owner.assistant': 'Assistente', 'owner.phone': 'Celular da loja', 'owner.contact': 'Cliente', 'owner.system': 'Sistema',
  'own.nobody': 'Sem dono {when}', 'own.you': 'Com você {when}', 'own.other': 'Com {name} {when}',
  'phase.open': 'Aberta', 'phase.pending': 'Aguarda o cliente', 'phase.snoozed': 'Adiada', 'phase.resolved': 'Resolvida', 'phase.none': '',

  thread: 'Conversa', messages: 'Mensagens', today: 'Hoje', yesterday: 'ontem', yesterdayLong: 'Ontem', divider: { one: '1 nova', other: '{count} novas' }, news: { one: '1 nova', other: '{count} novas' }, toEnd: 'Ir para o fim',
  'older.loading': 'Lendo mensagens mais antigas…', 'thread.error': 'Não foi possível ler a conversa', 'none.title': 'Nenhuma conversa aberta', 'none.text': 'Escolha uma na lista ou siga pelo teclado.',
  'none.JK': 'mover na lista', 'none.C': 'assumir a mais antiga sem dono', 'none.GU': 'ver as que não têm dono', 'none.CtrlK': 'buscar ou comandar',
  'gone.title': 'Você não pode ver esta conversa', 'gone.text': 'Ela passou para uma equipe da qual você não faz parte, ou não existe.', 'gone.back': 'Voltar à lista',
  transfer: 'Passar a colega', snooze: 'Adiar', details: 'Detalhes', resolve: 'Resolver', reopen: 'Reabrir',

  'ev.claimed': '*{who}* assumiu', 'ev.claimed.me': '*Você* assumiu', 'ev.assigned': '*{who}* entregou a *{to}*', 'ev.assigned.me': '*Você* entregou a *{to}*', 'ev.passed': '*{who}* passou a *{to}*', 'ev.passed.me': '*Você* passou a *{to}*',
  'ev.released': '*{who}* devolveu à fila', 'ev.released.me': '*Você* devolveu à fila', 'ev.tookOver': '*{who}* assumiu de *{from}*', 'ev.tookOver.me': '*Você* assumiu de *{from}*',
  'ev.resolved': '*{who}* resolveu', 'ev.resolved.me': '*Você* resolveu', 'ev.resolved.self': 'Resolvida', 'ev.snoozed': '*{who}* adiou até {time}', 'ev.snoozed.me': '*Você* adiou até {time}',
  'ev.pending': '*{who}* deixou aguardando o cliente', 'ev.pending.me': '*Você* deixou aguardando o cliente', 'ev.pending.self': 'Aguarda o cliente', 'ev.reopened': '*{who}* reabriu', 'ev.reopened.me': '*Você* reabriu',
  'ev.reopened.contact': 'Reabriu com mensagem do cliente', 'ev.reopened.self': 'Reaberta', 'ev.started': 'Começo da conversa', 'ev.closed': 'Janela fechou às {time}', 'ev.more': '{n} eventos anteriores',
  'had.claimed': 'assumiu da fila', 'had.tookOver': 'assumiu de {from}', 'had.given': 'recebeu de {who}', 'had.released': 'devolveu à fila', 'had.resolved': 'resolveu',
  'party.nobody': 'ninguém', 'party.assistant': 'a assistente', 'party.phone': 'o celular da loja', 'party.contact': 'o cliente', 'party.system': 'Prosa', 'party.unknown': 'alguém',

  'tick.sending': 'enviando', 'tick.waiting': 'na fila', 'tick.queued': 'enviando', 'tick.accepted': 'aceita pelo WhatsApp', 'tick.sent': 'enviada', 'tick.delivered': 'entregue', 'tick.read': 'lida', 'tick.played': 'ouvida', 'tick.failed': 'não enviada', 'tick.withdrawn': 'retida', 'tick.ambiguous': 'sem confirmação',
  'msg.revoked': 'O cliente apagou esta mensagem', 'msg.revokedOther': 'Uma mensagem foi apagada', 'msg.erased': 'Não está mais guardada', 'msg.edited': 'editada', 'msg.forwarded': 'encaminhada', 'msg.reaction': 'Reação', 'msg.reacted': 'Reagiu com {emoji} a uma mensagem anterior', 'msg.unreacted': 'Retirou uma reação',
  'msg.failed': 'Não enviada: {reason}.', 'msg.ambiguous': 'Não se sabe se esta chegou.', 'msg.resend': 'Enviar de novo (pode chegar duas vezes)', 'msg.giveUp': 'Contar como não enviada', 'msg.withdrawn': 'Retida: o dono mudou antes de ela sair.',
  'msg.chose': 'Escolheu', 'msg.items': { one: '1 item', other: '{n} itens' }, 'msg.unsupported': 'Um tipo de mensagem que o WhatsApp não repassa', 'quote.earlier': 'Uma mensagem anterior', 'quote.go': 'Ir para a mensagem citada',
  'kind.text': 'Mensagem', 'kind.media': 'Arquivo', 'kind.location': 'Localização', 'kind.contacts': 'Contato', 'kind.interactive': 'Resposta', 'kind.order': 'Pedido', 'kind.reaction': 'Reação', 'kind.template': 'Modelo', 'kind.edit': 'Mensagem editada', 'kind.revoke': 'Mensagem apagada', 'kind.system': 'Mudança de número', 'kind.note': 'Nota', 'kind.unsupported': 'Mensagem', 'kind.': 'Ainda sem mensagens',
  'media.image': 'Foto', 'media.video': 'Vídeo', 'media.audio': 'Áudio', 'media.voice': 'Mensagem de voz', 'media.document': 'Documento', 'media.sticker': 'Figurinha', 'media.notHere': 'veja no celular', 'media.map': 'Abrir o mapa',

  reply: 'Responder', note: 'Nota interna', send: 'Enviar', claim: 'Assumir', claimAndReply: 'Assumir e responder', 'claim.only': 'Assumir sem responder  C', 'compose.kind': 'Tipo', 'compose.to': 'Escreva para {name}', 'compose.claim': 'Escreva para assumir e responder em um passo',
  'compose.long': '{n} de {limit} caracteres', 'compose.offline': 'Sem conexão: sai quando voltar', 'draft.saved': 'Rascunho salvo', 'draft.here': 'Guardado aqui', 'draft.notKept': 'Grande demais para guardar: não recarregue',
  'note.send': 'Guardar nota', 'note.hint': 'Uma nota que só a equipe vê', 'note.only': 'só a equipe vê', 'note.to': 'Nota interna para {name}…', 'note.add': 'Adicionar', notes: 'Notas', 'notes.none': 'Nenhuma nota no que foi lido até aqui.',
  'window.free': 'Texto livre por', 'window.why': '24 h desde a última mensagem do cliente', 'window.closed': 'Janela fechada', 'window.never': 'O cliente ainda não escreveu', 'window.left': 'Janela aberta por mais {time}', 'window.30': 'A janela fecha em menos de 30 minutos', 'window.120': 'A janela fecha em menos de 2 horas',
  'window.is.open': 'Janela aberta', 'window.is.closing': 'Fecha em 2 h', 'window.is.closed': 'Janela fechada', 'closed.since': 'Janela fechada há {time}.', 'closed.now': 'A janela está fechando.', 'closed.never': 'O cliente ainda não escreveu.', 'closed.only': 'Só modelos aprovados.',
  'other.owns': 'Esta conversa está com {name}', 'other.viewing': '{name} está vendo', 'other.typing': '{name} está digitando', 'other.assistant': 'Esta conversa está com a assistente', 'other.phone': 'Respondida pelo celular da loja', 'other.replied': 'respondeu há {time}', 'other.waits': 'cliente espera há {time}', 'other.system': 'Ocupada', 'other.contact': 'Ocupada', 'other.unknown': 'Alguém está com esta conversa',
  takeOver: 'Assumir…', ask: 'Pedir a {name}', 'ask.note': '@{name}, posso ficar com esta conversa?', 'take.title': 'Assumir de {name}?', 'take.text': '{name} fica sabendo agora. O que ainda não saiu é retido.', 'take.reason': 'Motivo, visível aos dois', 'take.go': 'Assumir a conversa',
  'reason.waiting': 'Cliente esperando demais', 'reason.gone': '{name} saiu', 'reason.mine': 'É da minha carteira', 'reason.other': 'Outro…',
  'stale.title': { one: 'Chegou 1 mensagem enquanto você escrevia.', other: 'Chegaram {count} mensagens enquanto você escrevia.' }, 'stale.text': 'Nada foi enviado.', 'stale.anyway': 'Enviar mesmo assim',
  'down.title': '{number} fora do ar.', 'down.until': 'Volta por volta das {time}.', 'down.text': 'O que você escreve fica guardado como rascunho.', 'number.down': 'fora do ar',
  'tpl.name': 'Nome do modelo', 'tpl.nameHelp': 'Como aparece no Gerenciador do WhatsApp.', 'tpl.badName': 'Só letras minúsculas, números e _.', 'tpl.language': 'Idioma', 'tpl.variables': 'Variáveis, uma por linha', 'tpl.text': 'O texto dele, para registro (opcional)', 'tpl.textHint': 'Olá, {{1}}!', 'tpl.preview': 'O texto aparece aqui.', 'tpl.help': 'A Meta recusa um modelo que não aprovou ou com outro número de variáveis.', 'tpl.send': 'Enviar modelo', 'tpl.claimSend': 'Assumir e enviar modelo', 'tpl.line': 'Modelo {name} · {language}', 'tpl.unrendered': 'Enviado como aprovado.', 'tpl.MARKETING': 'Marketing', 'tpl.UTILITY': 'Utilidade', 'tpl.AUTHENTICATION': 'Autenticação',

  'fact.phone': 'Telefone', 'fact.username': 'Usuário', 'fact.address': 'Endereço', 'fact.bsuid': 'BSUID', 'fact.user_id': 'BSUID', 'fact.time': 'Hora local', 'fact.number': 'Escreve a', 'fact.since': 'Desde', history: 'Quem atendeu', others: 'Em outros números',
  'zone.same': '{time}, igual à sua', 'zone.ahead': '{time}, {hours} h à frente', 'zone.behind': '{time}, {hours} h atrás',

  'transfer.title': 'Passar {name} a um colega', 'transfer.who': 'Colega', 'transfer.here': 'está vendo', 'transfer.queue': 'Devolver à fila', 'transfer.queueText': 'quem estiver livre', 'transfer.note': 'Nota para {name}, visível aos dois', 'transfer.noteQueue': 'Nota para quem assumir', 'transfer.go': 'Passar',
  'snooze.title': 'Adiar até', 'snooze.1h': 'Daqui a 1 hora', 'snooze.3h': 'Daqui a 3 horas', 'snooze.tomorrow': 'Amanhã', 'snooze.monday': 'Segunda-feira', 'snooze.own': 'Outro momento',
  filter: 'Filtrar', 'filter.q': 'Nome, telefone ou usuário', 'filter.qHint': 'Parte do nome ou começo do telefone', 'filter.turn': 'Quem espera', 'filter.window': 'Janela de 24 h', 'filter.unread': 'Leitura', 'filter.number': 'Número', 'filter.clear': 'Limpar', 'filter.owner': 'Responsável', 'filter.anybody': 'Qualquer um', 'filter.remove': 'Tirar',
  account: 'Conta', 'account.of': 'Conta de {name}', language: 'Idioma', theme: 'Tema', 'theme.toggle': 'Claro ou escuro', 'theme.system': 'Do sistema', 'theme.light': 'Claro', 'theme.dark': 'Escuro', 'role.agent': 'Atendente', 'role.manager': 'Gerente', 'role.admin': 'Administração',

  palette: 'Buscar ou comandar', 'palette.hint': 'Buscar mensagem, pessoa ou comando', 'palette.results': 'Resultados', 'palette.none': 'Nada encontrado.', 'palette.inList': 'Buscar “{q}” na lista', 'palette.here': 'Nesta conversa', 'palette.found': 'Conversas', 'palette.go': 'Ir para', 'palette.list': 'Lista', 'palette.app': 'Prosa', 'palette.choose': 'escolher', 'palette.do': 'fazer', 'palette.close': 'fechar',
  'palette.said': 'Mensagens', 'found.loading': 'Buscando…', 'found.noContact': 'Nenhuma conversa desta visão com esse nome, telefone ou usuário.', 'found.noMessage': 'Nenhuma mensagem dos últimos dois anos com essas palavras.', 'found.more': 'Mensagens anteriores', 'found.all': 'Todas as {count} conversas', 'found.back': 'Conversas e mensagens',
  toNewest: 'Para o mais recente', 'newer.loading': 'Lendo mensagens mais recentes…',
  'keys.title': 'Atalhos de teclado', 'keys.list': 'Lista', 'keys.here': 'Conversa', 'keys.go': 'Ir para', 'keys.write': 'Escrever', 'keys.line': 'Nova linha',
  'do.claim': 'Assumir, ou pegar a mais antiga', 'do.takeOver': 'Assumir de outro…', 'do.transfer': 'Passar a um colega…', 'do.release': 'Devolver à fila', 'do.reply': 'Responder', 'do.note': 'Escrever nota interna', 'do.snooze': 'Adiar…', 'do.resolve': 'Resolver', 'do.resolveNext': 'Resolver e abrir a próxima', 'do.reopen': 'Reabrir', 'do.details': 'Mostrar ou esconder detalhes',
  'do.next': 'Próxima', 'do.previous': 'Anterior', 'do.openRow': 'Abrir', 'do.showNew': 'Mostrar as novas', 'do.search': 'Buscar', 'do.filter': 'Filtrar…', 'do.back': 'Voltar', 'do.go.mine': 'Minhas', 'do.go.unclaimed': 'Sem dono', 'do.go.all': 'Todas', 'do.go.snoozed': 'Adiadas', 'do.go.resolved': 'Resolvidas',
  'do.palette': 'Buscar ou comandar', 'do.keys': 'Atalhos de teclado', 'do.theme': 'Claro ou escuro', 'do.density': 'Compacto ou folgado', 'do.account': 'Idioma e conta…', 'do.logout': 'Sair',

  'toast.claimed': 'A conversa é sua.', 'toast.tookOver': 'A conversa agora é sua.', 'toast.passed': 'Passada a {name}.', 'toast.released': 'De volta à fila.', 'toast.asked': '{name} vê seu pedido como nota.', 'toast.resolved': 'Resolvida.', 'toast.snoozed': 'Adiada.', 'toast.copied': 'Copiado.', 'toast.notCopied': 'O navegador não permite copiar.', 'toast.nobodyWaits': 'Ninguém espera sem dono.', 'toast.gained': '{name} foi passada a você.', 'toast.lost': '{owner} assumiu {name}.',
  'long.why': 'O WhatsApp não aceita mais em uma mensagem.', 'long.huge': 'Longo demais para o WhatsApp e para este campo. Fica guardado inteiro até você decidir.', 'long.parts': { one: 'Enviar como 1 mensagem', other: 'Enviar como {n} mensagens' }, 'long.shorten': 'Deixar os primeiros {limit}', 'long.shortened': 'Encurtado.', 'long.discarded': 'Descartado.', 'long.copy': 'Copiar tudo',
  'login.ended': 'Sua sessão terminou. O que você escreveu continua guardado neste navegador.', 'gone.kept': 'O que você tinha escrito aqui', 'gone.changed': 'Suas equipes ou seu papel mudaram.',
  'net.live': 'Ao vivo', 'net.connecting': 'Conectando…', 'net.cut': 'Sem conexão.', 'net.asOf': 'dados de {time}', 'net.retry': 'Tentar agora', 'net.stopped': 'Desconectado de vez',
  'login.title': 'Entrar no Prosa', 'login.email': 'E-mail', 'login.password': 'Senha', 'login.go': 'Entrar', 'login.busy': 'Entrando…',

  'demo.who': 'Escolha quem você é', 'demo.or': 'ou com e-mail e senha', 'demo.switch': 'Virar {name}', 'demo.beside': 'Ser {name} em outra aba, ao lado desta',
  'demo.two': 'Duas pessoas ao mesmo tempo: o botão à direita abre esta máquina pelo outro nome (localhost ou 127.0.0.1), que tem um login só dele. Uma janela anônima faz o mesmo.',

  'no.owner': 'A conversa agora está com {owner}. Seu texto está guardado.', 'no.unclaimed': 'Assuma a conversa primeiro. Seu texto está guardado.', 'no.late': '{owner} foi mais rápido. Seu texto está guardado.', 'no.epoch': 'O dono mudou. Seu texto está guardado.', 'no.stale': 'Chegou algo que você não tinha visto.', 'no.window_closed': 'A janela de 24 h está fechada. Seu texto está guardado.', 'no.too_many_open': 'Mensagens demais esperando para sair. Aguarde um momento.', 'no.too_many_attempts': 'Tentativas demais. Aguarde um minuto.', 'no.forbidden': 'Você não pode fazer isso. Fale com a gerência.', 'no.bad_login': 'E-mail ou senha incorretos.', 'no.no_session': 'Sua sessão terminou. Entre de novo.', 'no.unavailable': 'Agora não é possível. Nada foi feito.', 'no.unknown_outcome': 'Não se sabe se foi feito. Tentar de novo faz uma vez só.', 'no.unreachable': 'O servidor não responde.', 'no.not_found': 'Não existe, ou você não pode ver.', 'no.too_large': 'É grande demais.', 'no.content': 'Isto não pode ser enviado: {detail}', 'no.internal': 'Algo deu errado do nosso lado. Tente de novo.',
  'meta.window': 'a janela de 24 h estava fechada', 'meta.number': 'o WhatsApp recusa o nosso número', 'meta.pace': 'mensagens demais de uma vez', 'meta.unreachable': 'esta pessoa não pode ser alcançada no WhatsApp', 'meta.marketing': 'o WhatsApp limita publicidade a esta pessoa', 'meta.stopped': 'esta pessoa parou a publicidade', 'meta.media': 'o arquivo não foi aceito', 'meta.kind': 'este tipo de mensagem não é aceito', 'meta.parameters': 'as variáveis do modelo não batem', 'meta.template': 'não existe esse modelo neste idioma', 'meta.paused': 'o modelo está pausado ou recusado', 'meta.meta': 'erro no WhatsApp', 'meta.unknown': 'motivo desconhecido',

  now: 'agora', for: 'há {time}', since: 'desde {time}', 'unit.s': '{s} s', 'unit.min': '{m} min', 'unit.h': '{h} h', 'unit.hm': '{h} h {m} min', 'unit.d': { one: '1 dia', other: '{d} dias' },
};
