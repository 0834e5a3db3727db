// The words of the page in three languages, and which of them: what was chosen
// here, else what the browser asks for.

import { all } from "./dom.js";

const words = {
  en: {
    phones: "Phones", title: "Phones · Prosa", heading: "Phones of the demo's customers", theme: "Light or dark", language: "Language",
    customers: "Customers", newCustomer: "New customer", writesTo: "Writes to", foot: "Write as the customer here, and answer as the team in another tab.",
    openAs: "Open the inbox as {name}", open: "Open the inbox", see: "See in the inbox", strip: "Demo.", stripText: "Nothing here reaches Meta.",
    phone: "Phone of {name}", back: "Another phone", messages: "Messages", ready: "Ready messages", unquote: "Do not quote", quote: "Quote",
    message: "Message", attach: "Send a file", send: "Send", you: "You", deleted: "This message was deleted", typing: "typing…",
    quick: ["Where is my order?", "I want to exchange an item", "I want to talk to a person"], today: "Today", yesterday: "Yesterday",
    noPhone: "no phone", number: "Number", live: "live", connecting: "connecting", lost: "connection lost, trying again",
    simulator: "Simulator", close: "Close", clock: "Clock", window: "window: {h} h {m} min", windowClosed: "window closed",
    clockText: "Moves the time of the whole demo, the inbox too. A customer's last message opens 24 hours of free text.",
    hour: "+1 h", most: "+22 h 30", mostTitle: "Leaves less than two hours of a fresh window", closeWindow: "Close the window", closeTitle: "Moves the clock to the end of this chat's window",
    ahead: "{h} h {m} min ahead of the real time.", aheadKept: "{h} h {m} min ahead of the real time. A restart keeps it; “make db/reset” begins anew.",
    faults: "Faults of Meta", between: "Between Meta and Prosa", betweenNothing: "Nothing since the start.", tick: { sent: "sent", delivered: "delivered", read: "read", failed: "failed" },
    fault: {
      duplicate: ["Webhooks twice", "1 in 3", "Comes twice, is shown once."], reorder: ["Webhooks out of order", "1 in 3", "What was written in different seconds stays in order."],
      batch: ["Webhooks in batches", "1 in 2", "Several in one request."], status_first: ["Status before the answer", "always", "“Delivered” arrives before “accepted”."],
      slow: ["Slow Meta", "+3 s a send", "Nobody waits at the keyboard."], no_answer: ["Accepted without an answer", "1 in 3", "Sent or not? It is not sent twice."],
      131047: ["Refuse sends", "131047", "Fails at once and says why."], 131000: ["Fault of the server", "131000", "Tried again by itself."],
      190: ["Number down", "token", "Sends wait; the composer says why."], media_404: ["Files not found", "404", "Tried again by itself."],
    },
    file: { image: "Picture", voice: "Voice message", document: "Document", video: "Video", sticker: "Sticker", own: "From this computer…", tooLong: "the file is longer than 16 MB" },
    name: "Name", waID: "Phone with country code", hide: "Show only the username", add: "Add", cancel: "Cancel",
    log: {},
  },
  "pt-BR": {
    phones: "Celulares", title: "Celulares · Prosa", heading: "Celulares dos clientes da demonstração", theme: "Claro ou escuro", language: "Idioma",
    customers: "Clientes", newCustomer: "Novo cliente", writesTo: "Escreve para", foot: "Escreva como a cliente e responda como a equipe, em outra aba.",
    openAs: "Abrir a caixa como {name}", open: "Abrir a caixa", see: "Ver na caixa", strip: "Demonstração.", stripText: "Nada aqui chega à Meta.",
    phone: "Celular de {name}", back: "Trocar de celular", messages: "Mensagens", ready: "Mensagens prontas", unquote: "Não citar", quote: "Citar",
    message: "Mensagem", attach: "Mandar um arquivo", send: "Enviar", you: "Você", deleted: "Esta mensagem foi apagada", typing: "digitando…",
    quick: ["Cadê meu pedido?", "Quero trocar", "Falar com gente"], today: "Hoje", yesterday: "Ontem",
    noPhone: "sem telefone", number: "Número", live: "ao vivo", connecting: "conectando", lost: "sem conexão, tentando de novo",
    simulator: "Simulador", close: "Fechar", clock: "Relógio", window: "janela: {h} h {m} min", windowClosed: "janela fechada",
    clockText: "Move a hora da demonstração toda, também da caixa. A última mensagem do cliente abre 24 horas de texto livre.",
    hour: "+1 h", most: "+22 h 30", mostTitle: "Deixa menos de duas horas de uma janela nova", closeWindow: "Fechar a janela", closeTitle: "Leva o relógio ao fim da janela desta conversa",
    ahead: "{h} h {m} min à frente da hora real.", aheadKept: "{h} h {m} min à frente da hora real. Reiniciar não muda isso; “make db/reset” começa do zero.",
    faults: "Falhas da Meta", between: "Entre a Meta e o Prosa", betweenNothing: "Nada desde o início.", tick: { sent: "enviada", delivered: "entregue", read: "lida", failed: "não enviada" },
    fault: {
      duplicate: ["Webhooks em dobro", "1 em 3", "Chega duas vezes, aparece uma."], reorder: ["Webhooks fora de ordem", "1 em 3", "O que foi escrito em segundos diferentes fica em ordem."],
      batch: ["Webhooks em lotes", "1 em 2", "Vários em um só pedido."], status_first: ["Status antes da resposta", "sempre", "“Entregue” chega antes de “aceita”."],
      slow: ["Meta lenta", "+3 s por envio", "Ninguém espera no teclado."], no_answer: ["Aceita sem resposta", "1 em 3", "Foi ou não foi? Não vai duas vezes."],
      131047: ["Recusar envios", "131047", "Falha na hora e diz por quê."], 131000: ["Erro do servidor", "131000", "Tenta de novo sozinho."],
      190: ["Número fora do ar", "token", "Os envios esperam; a caixa diz por quê."], media_404: ["Arquivos não achados", "404", "Tenta de novo sozinho."],
    },
    file: { image: "Foto", voice: "Mensagem de voz", document: "Documento", video: "Vídeo", sticker: "Figurinha", own: "Deste computador…", tooLong: "o arquivo passa de 16 MB" },
    name: "Nome", waID: "Telefone com código do país", hide: "Mostrar só o usuário", add: "Adicionar", cancel: "Cancelar",
    log: { text: "texto", image: "imagem", audio: "áudio", video: "vídeo", document: "documento", template: "modelo", reaction: "reação", location: "lugar", contacts: "contato", media: "mídia", again: "de novo", sent: "enviada", delivered: "entregue", read: "lida", failed: "falhou", mark: "marcada", typing: "digitando" },
  },
  es: {
    phones: "Móviles", title: "Móviles · Prosa", heading: "Móviles de los clientes de la demo", theme: "Claro u oscuro", language: "Idioma",
    customers: "Clientes", newCustomer: "Nuevo cliente", writesTo: "Escribe a", foot: "Escribe como la clienta y responde como el equipo, en otra pestaña.",
    openAs: "Abrir la bandeja como {name}", open: "Abrir la bandeja", see: "Ver en la bandeja", strip: "Demo.", stripText: "Nada de aquí llega a Meta.",
    phone: "Móvil de {name}", back: "Cambiar de móvil", messages: "Mensajes", ready: "Mensajes listos", unquote: "No citar", quote: "Citar",
    message: "Mensaje", attach: "Mandar un archivo", send: "Enviar", you: "Tú", deleted: "Este mensaje se eliminó", typing: "escribiendo…",
    quick: ["¿Dónde está mi pedido?", "Quiero cambiar una prenda", "Hablar con una persona"], today: "Hoy", yesterday: "Ayer",
    noPhone: "sin teléfono", number: "Número", live: "en vivo", connecting: "conectando", lost: "sin conexión, probando de nuevo",
    simulator: "Simulador", close: "Cerrar", clock: "Reloj", window: "ventana: {h} h {m} min", windowClosed: "ventana cerrada",
    clockText: "Mueve la hora de toda la demo, también de la bandeja. El último mensaje del cliente abre 24 horas de texto libre.",
    hour: "+1 h", most: "+22 h 30", mostTitle: "Deja menos de dos horas de una ventana nueva", closeWindow: "Cerrar la ventana", closeTitle: "Lleva el reloj al final de la ventana de este chat",
    ahead: "{h} h {m} min por delante de la hora real.", aheadKept: "{h} h {m} min por delante de la hora real. Reiniciar no lo cambia; “make db/reset” empieza de cero.",
    faults: "Fallos de Meta", between: "Entre Meta y Prosa", betweenNothing: "Nada desde el inicio.", tick: { sent: "enviado", delivered: "entregado", read: "leído", failed: "no enviado" },
    fault: {
      duplicate: ["Webhooks por duplicado", "1 de 3", "Llega dos veces, se ve una."], reorder: ["Webhooks en desorden", "1 de 3", "Lo escrito en segundos distintos queda en orden."],
      batch: ["Webhooks en lotes", "1 de 2", "Varios en una sola petición."], status_first: ["Estado antes de la respuesta", "siempre", "“Entregado” llega antes de “aceptado”."],
      slow: ["Meta lenta", "+3 s por envío", "Nadie espera al teclado."], no_answer: ["Aceptado sin respuesta", "1 de 3", "¿Salió o no? No sale dos veces."],
      131047: ["Rechazar envíos", "131047", "Falla al momento y dice por qué."], 131000: ["Error del servidor", "131000", "Se intenta de nuevo solo."],
      190: ["Número caído", "token", "Los envíos esperan; la bandeja dice por qué."], media_404: ["Archivos no hallados", "404", "Se intenta de nuevo solo."],
    },
    file: { image: "Foto", voice: "Mensaje de voz", document: "Documento", video: "Vídeo", sticker: "Sticker", own: "De este ordenador…", tooLong: "el archivo pasa de 16 MB" },
    name: "Nombre", waID: "Teléfono con código de país", hide: "Mostrar solo el usuario", add: "Añadir", cancel: "Cancelar",
    log: { text: "texto", image: "imagen", audio: "audio", video: "vídeo", document: "documento", template: "plantilla", reaction: "reacción", location: "lugar", contacts: "contacto", media: "archivo", again: "otra vez", sent: "enviado", delivered: "entregado", read: "leído", failed: "falló", mark: "marca", typing: "escribiendo" },
  },
};

export const languages = { "pt-BR": "Português", en: "English", es: "Español" };

function preferred() {
  const chosen = localStorage.getItem("language") ?? "";
  if (words[chosen]) return chosen;
  for (const tag of navigator.languages ?? []) {
    const base = tag.slice(0, 2).toLowerCase();
    if (base === "pt") return "pt-BR";
    if (words[base]) return base;
  }
  return "en";
}

/** @type {string} */
let language = preferred();
export const spoken = () => language;
/** For times and dates: hours from 0 to 24 in all of them. */
export const locale = () => (language === "en" ? "en-GB" : language);

export const clockOf = (at) => at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
export const dateOf = (at) => at.toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });

/** A day in words, as seen from another moment. */
export function dayOf(at, now) {
  const day = 24 * 3600_000;
  if (dateOf(at) === dateOf(now)) return t("today");
  return dateOf(at) === dateOf(new Date(now.getTime() - day)) ? t("yesterday") : dateOf(at);
}

export function speak(tag) {
  language = tag;
  localStorage.setItem("language", tag);
}

/** A word or list of words, with {names} filled in. A missing one shows its key. */
export function t(key, params = {}) {
  const found = key.split(".").reduce((of, part) => of?.[part], words[language]) ?? key;
  return typeof found === "string" ? found.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole) : found;
}

/** A line of the log, whose words are the simulator's. */
export const logWords = (what) => what.replace(/[a-z]+/g, (word) => words[language].log[word] ?? word);

/** Puts the words into what the page holds from the start. */
export function translate() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const e of all("[data-t]")) e.textContent = t(e.dataset.t);
  for (const e of all("[data-t-title]")) e.title = t(e.dataset.tTitle);
  for (const e of all("[data-t-label]")) e.setAttribute("aria-label", t(e.dataset.tLabel));
  for (const e of all("[data-t-hint]")) e.placeholder = t(e.dataset.tHint);
}
