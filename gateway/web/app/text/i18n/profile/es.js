// Palabras de lo que una persona sabe, de sus idiomas y de su zona horaria.

export default {
  'profile.skills': 'Habilidades',
  'profile.skills.hint': 'Intro o una coma la añade',
  'profile.skills.own': '{skills}. Las cambia quien administra.',
  'profile.languages': 'Idiomas en que escribe',
  'profile.languages.add': 'Añadir un idioma…',
  'profile.remove': 'Quitar {name}',
  'profile.zone': 'Zona horaria',
  'profile.zone.hint': 'vacía: UTC',
  'profile.interface': 'Idioma de la pantalla',
  'profile.interface.browser': 'El del navegador',
  'profile.own': 'Idiomas y zona horaria',
  'profile.own.hint': 'Para saber quién puede atender a quién, y cuándo. Lo ve quien administra o dirige.',
  'profile.no.skills': 'Como máximo 50 habilidades, cada una de hasta 40 letras y una sola vez.',
  'profile.no.languages': 'Como máximo 20 idiomas de la lista, cada uno una sola vez.',
  'profile.no.time_zone': 'No existe tal zona. Elija una de la lista, como America/Sao_Paulo.',
  'profile.no.interface_language': 'La pantalla no habla este idioma. Elija uno de la lista.',
};
