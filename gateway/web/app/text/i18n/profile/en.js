// Words of what a person can do, in which languages, and in which zone.

export default {
  'profile.skills': 'Skills',
  'profile.skills.hint': 'Enter or a comma adds it',
  'profile.skills.own': '{skills}. An administrator changes them.',
  'profile.languages': 'Languages they write',
  'profile.languages.add': 'Add a language…',
  'profile.remove': 'Remove {name}',
  'profile.zone': 'Time zone',
  'profile.zone.hint': 'empty: UTC',
  'profile.interface': 'Language of the screen',
  'profile.interface.browser': 'That of the browser',
  'profile.own': 'Languages and time zone',
  'profile.own.hint': 'So that it is known who can serve whom, and when. Administrators and managers see it.',
  'profile.no.skills': 'At most 50 skills of at most 40 letters, each only once.',
  'profile.no.languages': 'At most 20 languages of the list, each only once.',
  'profile.no.time_zone': 'There is no such zone. Choose one of the list, such as America/Sao_Paulo.',
  'profile.no.interface_language': 'The screen does not speak this language. Choose one of the list.',
};
