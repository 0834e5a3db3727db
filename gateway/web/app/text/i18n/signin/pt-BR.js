// Palavras da própria conta e de como se entra.

export default {
  'settings.account': 'Minha conta',
  'settings.group.mine': 'Meu',
  'own.who': 'Sobre mim',
  'own.saved': 'Salvo',
  'own.current': 'Senha atual',
  'own.next': 'Senha nova',
  'own.change': 'Trocar a senha',
  'own.notCurrent': 'Esta não é sua senha atual.',
  'own.password.hint': 'Suas sessões em outros lugares terminam.',
  'own.password.done': 'A senha foi trocada',
  'own.everywhere': 'Sair em todos os lugares',
  'own.everywhere.hint': 'Encerra todas as suas sessões, esta também.',
};
