// @kapso/whatsapp-cloud-api, unmodified: every kind that it knows without a file, then
// files, marks, templates and a refusal.
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';

const { PROSA_URL, PROSA_KEY, NUMBER: phoneNumberId, ACCOUNT: businessAccountId, PHONE: to, ASKED } = process.env;
const client = new WhatsAppClient({ baseUrl: `${PROSA_URL}/graph`, graphVersion: 'v25.0', accessToken: PROSA_KEY });
const { messages, media, templates } = client;
const base = { phoneNumberId, to };

const check = (what, ok) => { if (!ok) throw new Error(what); };
const sent = async (what, call) => {
  const answer = await call;
  check(`${what}: no id in ${JSON.stringify(answer)}`, answer.messages?.[0]?.id?.startsWith('wamid.'));
  return answer.messages[0].id;
};

const first = await sent('text', messages.sendText({ ...base, body: 'kapso text', previewUrl: false }));
await sent('quote', messages.sendText({ ...base, body: 'kapso quote', contextMessageId: first }));
await sent('location', messages.sendLocation({ ...base, location: { latitude: -23.5, longitude: -46.6, name: 'kapso place', address: 'Rua A' } }));
await sent('contacts', messages.sendContacts({ ...base,
  contacts: [{ name: { formattedName: 'kapso contact', firstName: 'Kapso' }, phones: [{ phone: '+55 11 98888-7777', type: 'CELL' }] }] }));
await sent('reaction', messages.sendReaction({ ...base, reaction: { messageId: ASKED, emoji: '👍' } }));
await sent('buttons', messages.sendInteractiveButtons({ ...base, bodyText: 'kapso buttons',
  buttons: [{ id: 'a', title: 'Sim' }, { id: 'b', title: 'Não' }] }));
await sent('list', messages.sendInteractiveList({ ...base, bodyText: 'kapso list', buttonText: 'Ver',
  sections: [{ title: 'Cores', rows: [{ id: '1', title: 'Azul' }] }] }));
await sent('link', messages.sendInteractiveCtaUrl({ ...base, bodyText: 'kapso link',
  parameters: { displayText: 'Abrir', url: 'https://marola.test/a' } }));
await sent('location request', messages.sendInteractiveLocationRequest({ ...base, bodyText: 'kapso where',
  parameters: { requestMessage: 'x' } }));
await sent('image', messages.sendImage({ ...base, image: { link: 'https://marola.test/a.jpg', caption: 'kapso image' } }));
await sent('template', messages.sendTemplate({ ...base, template: { name: 'pedido_pronto', language: { code: 'pt_BR' }, components: [
  { type: 'header', parameters: [{ type: 'text', text: '48' }] },
  { type: 'body', parameters: [{ type: 'text', text: 'Kapso' }, { type: 'text', text: 'sexta' }] },
  { type: 'button', subType: 'url', index: 1, parameters: [{ type: 'text', text: '48' }] }] } }));
check('read mark', (await messages.markRead({ phoneNumberId, messageId: ASKED })).success === true);

const list = await templates.list({ businessAccountId, limit: 10 });
check('templates', list.data.some((t) => t.name === 'pedido_pronto'));

const png = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0));
const { id } = await media.upload({ phoneNumberId, type: 'image', file: new Blob([png], { type: 'image/png' }), fileName: 'ponto.png' });
const known = await media.get({ mediaId: id, phoneNumberId });
check(`file ${JSON.stringify(known)}`, (known.mimeType ?? known.mime_type) === 'image/png');
const back = new Uint8Array(await (await client.fetch(known.url)).arrayBuffer());
check('the file as it was', back.length === png.length && back.every((b, i) => b === png[i]));
const kept = await media.upload({ phoneNumberId, type: 'image', file: new Blob([png], { type: 'image/png' }), fileName: 'ponto.png' });
await sent('image by id', messages.sendImage({ ...base, image: { id: kept.id, caption: 'kapso file' } }));
check('delete', (await media.delete({ mediaId: id, phoneNumberId })).success === true);

let refused;
try { await messages.sendText({ ...base, body: 'x'.repeat(4097) }); } catch (e) { refused = e; }
check(`a text too long: ${refused}`, refused !== undefined);
console.log('all done');
