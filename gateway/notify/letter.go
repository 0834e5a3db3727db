package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/notice"
)

// words are the mails of a language. %s is the number or team.
type words struct {
	subject map[notice.Kind]string
	text    map[notice.Kind]string
	look    string // before the link
	invite  [2]string
	test    [2]string
}

// byLanguage are the mails; the keys are those of the setting.
//
//nolint:gochecknoglobals // a table
var byLanguage = map[string]words{
	"en": {
		subject: map[notice.Kind]string{
			notice.TokenDied: "The access token of %s no longer works", notice.TokenExpires: "The access token of %s expires within a week", notice.NumberRestricted: "Meta has restricted %s",
			notice.WebhooksSilent: "Meta tells nothing of %s", notice.QueueAged: "Somebody waits too long in the queue of %s",
		},
		text: map[notice.Kind]string{
			notice.TokenExpires:     "Make a new one, best a token of a system user that does not expire, and replace that of %s under Settings, Numbers.",
			notice.TokenDied:        "Nothing is sent from %s until the token is replaced; what comes in is kept. Replace it under Settings, Numbers.",
			notice.NumberRestricted: "Meta limits what %s may send. What it asks for stands in the WhatsApp Manager.",
			notice.WebhooksSilent:   "No webhook has come for %s for some time, though there were some before. Look whether the app is still subscribed.",
			notice.QueueAged:        "In the queue of %s a customer has waited longer than you allow, and nobody has taken the conversation.",
		},
		look:   "Look: ",
		invite: [2]string{"%s invites you to Prosa", "You are invited to answer customers of %s. Open this link within a day; it is good once:"},
		test:   [2]string{"A test from Prosa", "This mail shows that Prosa can write to you."},
	},
	"es": {
		subject: map[notice.Kind]string{
			notice.TokenDied: "El token de acceso de %s dejó de funcionar", notice.TokenExpires: "El token de acceso de %s vence en menos de una semana", notice.NumberRestricted: "Meta restringió %s",
			notice.WebhooksSilent: "Meta no informa nada de %s", notice.QueueAged: "Alguien espera demasiado en la cola de %s",
		},
		text: map[notice.Kind]string{
			notice.TokenExpires:     "Crea otro, mejor de un usuario del sistema que no venza, y cambia el de %s en Ajustes, Números.",
			notice.TokenDied:        "No se envía nada desde %s hasta cambiar el token; lo que llega se conserva. Cámbialo en Ajustes, Números.",
			notice.NumberRestricted: "Meta limita lo que %s puede enviar. Lo que pide está en el administrador de WhatsApp.",
			notice.WebhooksSilent:   "Hace tiempo que no llega ningún webhook de %s, aunque antes llegaban. Mira si la app sigue suscrita.",
			notice.QueueAged:        "En la cola de %s un cliente espera más de lo que fijaste, y nadie tomó la conversación.",
		},
		look:   "Ver: ",
		invite: [2]string{"%s te invita a Prosa", "Tienes una invitación para atender a la gente de %s. Abre este enlace dentro de un día; vale una vez:"},
		test:   [2]string{"Una prueba de Prosa", "Este correo muestra que Prosa puede escribirte."},
	},
	"pt-BR": {
		subject: map[notice.Kind]string{
			notice.TokenDied: "O token de acesso de %s parou de funcionar", notice.TokenExpires: "O token de acesso de %s vence em menos de uma semana", notice.NumberRestricted: "A Meta restringiu %s",
			notice.WebhooksSilent: "A Meta não informa nada de %s", notice.QueueAged: "Alguém espera demais na fila de %s",
		},
		text: map[notice.Kind]string{
			notice.TokenExpires:     "Crie outro, de preferência de um usuário do sistema que não vença, e troque o de %s em Configurações, Números.",
			notice.TokenDied:        "Nada sai de %s até que o token seja trocado; o que chega fica guardado. Troque em Configurações, Números.",
			notice.NumberRestricted: "A Meta limita o que %s pode enviar. O que ela pede está no Gerenciador do WhatsApp.",
			notice.WebhooksSilent:   "Faz tempo que não chega nenhum webhook de %s, embora antes chegassem. Veja se o app continua inscrito.",
			notice.QueueAged:        "Na fila de %s um cliente espera mais do que você permite, e ninguém assumiu a conversa.",
		},
		look:   "Ver: ",
		invite: [2]string{"%s convida você para o Prosa", "Você foi convidado a atender quem escreve para %s. Abra este link em até um dia; ele vale uma vez:"},
		test:   [2]string{"Um teste do Prosa", "Este e-mail mostra que o Prosa consegue escrever para você."},
	},
}

func wordsOf(language string) words {
	if w, ok := byLanguage[language]; ok {
		return w
	}
	return byLanguage["en"]
}

// called is what people call an object.
func called(o notice.Object) string {
	if o.Name != "" {
		return o.Name
	}
	return o.ID
}

// pageOf is where in the page one looks at it.
func (n *Notifier) pageOf(o notice.Object) string {
	if n.cfg.Origin == "" {
		return ""
	}
	if o.Kind == "number" {
		return n.cfg.Origin + "/settings/numbers/" + o.ID
	}
	return n.cfg.Origin + "/settings/notices"
}

// Event is what a webhook gets.
type Event struct {
	Type     string        `json:"type" enum:"notice.began,test"`
	TenantID string        `json:"tenant_id"`
	Kind     notice.Kind   `json:"kind,omitempty"`
	Object   *ObjectView   `json:"object,omitempty"`
	Detail   notice.Detail `json:"detail,omitempty"`
	BeganAt  *time.Time    `json:"began_at,omitempty"`
}

// compose makes the letters of a notice that begins.
func (n *Notifier) compose(of notice.Notice, to notice.Receivers) (letters []notice.Letter) {
	holds, err := n.cfg.Settings(of.TenantID)
	if err != nil {
		n.cfg.Logger.Warn("a notice goes by no mail: its settings are not known", "tenant", of.TenantID, "error", err)
	}
	if err == nil && holds.Mail && n.cfg.Mail != nil {
		w, name := wordsOf(holds.Language), called(of.Object)
		text := fmt.Sprintf(w.text[of.Kind], name)
		if page := n.pageOf(of.Object); page != "" {
			text += "\n\n" + w.look + page
		}
		for _, address := range to.Mails {
			letters = append(letters, notice.Letter{
				Channel: notice.Mail, Address: address, Subject: oneLine(fmt.Sprintf(w.subject[of.Kind], name)), Text: text + "\n",
			})
		}
	}
	if to.URL != "" {
		letters = append(letters, webhookLetter(to.URL, Event{
			Type: "notice.began", TenantID: string(of.TenantID), Kind: of.Kind,
			Object: &ObjectView{of.Object.Kind, of.Object.ID, of.Object.Name}, Detail: of.Detail, BeganAt: view.StoredTime(of.BeganAt),
		}))
	}
	return letters
}

func webhookLetter(url string, e Event) notice.Letter {
	body, err := json.Marshal(e)
	if err != nil {
		panic("a notice cannot be encoded: " + err.Error()) // texts and a time always can
	}
	return notice.Letter{Channel: notice.Webhook, Address: url, Text: string(body)}
}

// oneLine keeps names of numbers and teams from making further lines of a header.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
