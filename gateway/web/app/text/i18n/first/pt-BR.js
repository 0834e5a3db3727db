// Português do Brasil: escrever primeiro.
export default {
  'do.first': 'Nova mensagem…', 'first.title': 'Nova mensagem', 'first.titleOther': 'Escrever de outro número',
  'first.other': 'Escrever', 'first.number': 'De', 'first.to': 'Para', 'first.name': 'Nome',
  'first.optional': 'opcional',
  'first.to.like': '+55 11 98888-7777', 'first.to.hint': 'Um telefone com o país.', 'first.to.goes': 'Vai para {to}.',
  'first.name.hint': 'Como as listas chamam quem é novo, até o WhatsApp dizer o nome.',
  'first.template': 'Modelo', 'first.what': 'A conversa será sua, e a resposta chega a você.',
  'first.send': 'Enviar modelo', 'first.sendTo': 'Enviar modelo para {to}', 'first.busy': 'Enviando…',
  'wrong.to': 'Escreva um telefone com o país, como +55 11 98888-7777, ou um id de usuário do WhatsApp.',
  'wrong.phone_number_id': 'Você não escreve mais deste número. Escolha outro.',
  'first.no.owner': '{owner} está com a conversa desta pessoa: peça ali ou assuma.',
  'first.why.offline': 'Não há conexão no momento.', 'first.why.to': 'Escreva para quem vai.',
  'first.why.template': 'Escolha um modelo.', 'first.why.values': 'Preencha o que o modelo deixa em aberto.',
};
