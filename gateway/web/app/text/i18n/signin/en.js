// Words of one's own account and of how people sign in.

export default {
  'settings.account': 'My account',
  'settings.group.mine': 'Mine',
  'own.who': 'About me',
  'own.saved': 'Saved',
  'own.current': 'Present password',
  'own.next': 'New password',
  'own.change': 'Change password',
  'own.notCurrent': 'This is not your present password.',
  'own.password.hint': 'Your sessions elsewhere end.',
  'own.password.done': 'The password was changed',
  'own.everywhere': 'Log out everywhere',
  'own.everywhere.hint': 'Ends all your sessions, this one too.',
};
