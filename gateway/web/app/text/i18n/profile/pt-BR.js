// Palavras do que uma pessoa sabe, de seus idiomas e de seu fuso.

export default {
  'profile.skills': 'Habilidades',
  'profile.skills.hint': 'Enter ou vírgula junta',
  'profile.skills.own': '{skills}. Quem administra as muda.',
  'profile.languages': 'Idiomas em que escreve',
  'profile.languages.add': 'Juntar um idioma…',
  'profile.remove': 'Tirar {name}',
  'profile.zone': 'Fuso horário',
  'profile.zone.hint': 'vazio: UTC',
  'profile.interface': 'Idioma da tela',
  'profile.interface.browser': 'O do navegador',
  'profile.own': 'Idiomas e fuso',
  'profile.own.hint': 'Para saber quem pode atender quem, e quando. Vê quem administra ou lidera.',
  'profile.no.skills': 'No máximo 50 habilidades, cada uma de até 40 letras e uma vez só.',
  'profile.no.languages': 'No máximo 20 idiomas da lista, cada um uma vez só.',
  'profile.no.time_zone': 'Não existe tal fuso. Escolha um da lista, como America/Sao_Paulo.',
  'profile.no.interface_language': 'A tela não fala este idioma. Escolha um da lista.',
};
