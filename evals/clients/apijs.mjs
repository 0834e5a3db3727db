// whatsapp-api-js, unmodified: its requests go where fetch takes them, which is its own
// setting.
import { WhatsAppAPI } from 'whatsapp-api-js';
import { Text, Location, Contacts, Name, Phone, Reaction, Interactive, ActionButtons, Button, Body, ActionList, ListSection, Row, ActionCTA,
  ActionLocation, Image, Document, Template, Language, BodyComponent, BodyParameter, HeaderComponent, HeaderParameter, SkipButtonComponent, URLComponent } from 'whatsapp-api-js/messages';

const { PROSA_URL, PROSA_KEY, NUMBER, PHONE, ASKED } = process.env;
const api = new WhatsAppAPI({ token: PROSA_KEY, secure: false, v: 'v25.0', ponyfill: {
  fetch: (url, init) => fetch(String(url).replace('https://graph.facebook.com', `${PROSA_URL}/graph`), init) } });

const check = (what, ok) => { if (!ok) throw new Error(what); };
const send = async (what, message, context) => {
  const answer = await api.sendMessage(NUMBER, PHONE, message, context);
  check(`${what}: ${JSON.stringify(answer)}`, answer.messages?.[0]?.id?.startsWith('wamid.'));
  return answer.messages[0].id;
};

const first = await send('text', new Text('apijs text'));
await send('quote', new Text('apijs quote'), first);
await send('location', new Location(-46.6, -23.5, 'apijs place', 'Rua A'));
await send('contacts', new Contacts([new Name('apijs contact', 'Api'), new Phone('+55 11 98888-7777', 'CELL')]));
await send('reaction', new Reaction(ASKED, '🙏'));
await send('buttons', new Interactive(new ActionButtons(new Button('a', 'Sim'), new Button('b', 'Não')), new Body('apijs buttons')));
await send('list', new Interactive(new ActionList('Ver', new ListSection('Cores', new Row('1', 'Azul'))), new Body('apijs list')));
await send('link', new Interactive(new ActionCTA('Abrir', 'https://marola.test/a'), new Body('apijs link')));
await send('location request', new Interactive(new ActionLocation(), new Body('apijs where')));
await send('image', new Image('https://marola.test/a.jpg', false, 'apijs image'));
await send('template', new Template('pedido_pronto', new Language('pt_BR'),
  new HeaderComponent(new HeaderParameter('48')), new BodyComponent(new BodyParameter('Api'), new BodyParameter('sexta')), new SkipButtonComponent(), new URLComponent('48')));
check('read mark', (await api.markAsRead(NUMBER, ASKED, 'text')).success === true);

const form = new FormData();
form.set('file', new Blob(['nome,preço\ncalça,120\n'], { type: 'text/plain' }), 'tabela.txt');
const { id, error } = await api.uploadMedia(NUMBER, form);
check(`upload: ${JSON.stringify(error)}`, id);
const known = await api.retrieveMedia(id);
check(`file ${JSON.stringify(known)}`, known.mime_type === 'text/plain');
check('the file as it was', (await (await api.fetchMedia(known.url)).text()).startsWith('nome'));
const again = new FormData();
again.set('file', new Blob(['nome,preço\ncalça,130\n'], { type: 'text/plain' }), 'tabela.txt');
const kept = await api.uploadMedia(NUMBER, again);
await send('document by id', new Document(kept.id, true, 'apijs file', 'tabela.txt'));
check('delete', (await api.deleteMedia(id)).success === true);

await send('quote of nothing', new Text('apijs alone'), 'wamid.nothing'); // Meta sends it without the quote
const refused = await api.sendMessage(NUMBER, PHONE, new Reaction('wamid.nothing', '👍'));
check(`a mark on nothing: ${JSON.stringify(refused)}`, refused.error?.code === 131009);
console.log('all done');
