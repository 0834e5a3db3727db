package demo

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// demoChat is what happened between a customer and the team before the demo began.
type demoChat struct {
	phone  string // by wa_id, or BSUID
	number int    // of demoNumbers
	beats  []demoBeat
}

const day = 24 * time.Hour

func before(days int, d time.Duration) time.Duration { return time.Duration(days)*day + d }

// demoStory is told once, in the order of time. Beats of one moment stand in the
// clock together, so moments are shared between chats where nobody would notice.
func demoStory() []demoChat {
	var all []demoChat
	for _, part := range [][]demoChat{waitingStories(), anaStories(), brunoStories(), restingStories()} {
		all = append(all, part...)
	}
	return all
}

// waitingStories have no owner.
func waitingStories() []demoChat {
	return []demoChat{
		{"5534955501142", InBras, []demoBeat{
			says(before(2, 5*time.Hour), "Oi! Chegou a coleção de alto verão?"),
			replies(asBruno, before(2, 4*time.Hour), "Bom dia, Helena! Chegou hoje cedo. Vestido midi, conjunto de linho e macacão, em verde, cru e terracota."),
			sends(before(2, 3*time.Hour), picture("Vi essa arara no story de vocês 😍")),
			says(before(2, 3*time.Hour), "Ai, amei o terracota! Separa 16 midi, 12 de linho e 12 macacões?"),
			replies(asBruno, before(2, 2*time.Hour), "Separei tudo na arara 4. Dá R$ 5.316,00 nas 40 peças."),
			reacts(before(2, time.Hour), "😍"),
			resolves(asBruno, before(1, 5*time.Hour)),
			commands(asBruno, before(1, 5*time.Hour), "release", map[string]any{}),
			quotes(3*time.Minute, "Eu levo as 40, mas preciso de preço melhor"),
			says(2*time.Minute, "Se fechar 6% eu já pago no Pix agora de manhã"),
		}},
		{"5581955503187", inFortaleza, []demoBeat{
			says(35*time.Minute, "Bom dia! Ainda tem a calça pantalona preta na grade P ao GG?"),
		}},
		{"5575955502290", InBras, []demoBeat{
			says(2*time.Hour, "Boa tarde, tudo bem? Vi vocês na feira de Caruaru"),
			sends(110*time.Minute, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "audio", Voice: true}}),
			says(110*time.Minute, "Tenho interesse no conjunto de tricô. Vocês mandam a tabela?"),
		}},
		{"BR.9090aabbccddeeff11", InBras, []demoBeat{
			says(22*time.Hour+30*time.Minute, "Boa tarde, qual o pedido mínimo?"),
		}},
	}
}

// anaStories are Ana's: two wait for her, two for the customer.
func anaStories() []demoChat {
	return []demoChat{
		{"5562955507781", inFortaleza, []demoBeat{
			says(before(1, 5*time.Hour), "Preciso de 120 calças jeans, 38 ao 46. Fazem preço de atacado pra Jaraguá?"),
			replies(asBruno, before(1, 4*time.Hour), "Fazemos, Wellington! Acima de 100 peças sai a R$ 58,90."),
			says(5*time.Hour, "E o frete, fica por conta de quem?"),
			passes(asBruno, asAna, 4*time.Hour, "Cliente antigo, só fecha com frete incluso. Você tem a tabela da transportadora?"),
			says(25*time.Minute, "Conseguiram ver o frete? Preciso fechar hoje"),
		}},
		{"351915550155", inLisboa, []demoBeat{
			says(before(1, 3*time.Hour), "Bom dia! A transportadora entrega em Braga até sexta?"),
			replies(asAna, before(1, 2*time.Hour), "Bom dia, Inês! Entrega sim, quinta ou sexta. Quer que eu mande o código de rastreio?"),
			says(before(1, time.Hour), "Quero sim, obrigada! A morada é esta:"),
			sends(before(1, time.Hour-time.Minute), somewhere(41.5503, -8.4270, "Loja Rua Direita", "R. Direita 86, 4700 Braga")),
			replies(asAna, 5*time.Hour, "Anotado. Mando o código assim que sair."),
			says(20*time.Minute, "Obrigada! E já saiu?"),
		}},
		{"5514955508862", InBras, []demoBeat{
			says(22*time.Hour+30*time.Minute, "Ana, quais as cores do linho que ainda tem?"),
			replies(asAna, 22*time.Hour, "Oi, Sônia! Mando as cores do linho ainda hoje."),
			notes(asAna, 5*time.Hour, "Paga sempre no Pix e prefere retirada no Brás às quartas."),
		}},
		{"5519955504471", InBras, []demoBeat{
			says(before(1, 5*time.Hour), "Oi! Fico no aguardo da confirmação do endereço"),
			replies(asAna, before(1, 4*time.Hour), "Oi, Patrícia! Já confirmo com a expedição."),
			fails(asAna, 5*time.Hour+30*time.Minute, "Confirmado: sai amanhã para a Rua Barão de Jaguara."),
		}},
	}
}

// brunoStories are Bruno's: in one the customer waits for him.
func brunoStories() []demoChat {
	return []demoChat{
		{"5584955509914", inFortaleza, []demoBeat{
			says(5*time.Hour, "Bom dia! O pedido 46.870 já foi faturado?"),
			replies(asBruno, 4*time.Hour, "Foi sim, Thiago. Segue a nota fiscal e o código de rastreio por e-mail."),
			says(2*time.Hour, "Recebi, obrigado 🙏"),
			replies(asBruno, 110*time.Minute, "Nós que agradecemos!"),
		}},
		{"5581955501236", inFortaleza, []demoBeat{
			says(before(1, 2*time.Hour), "Qual o prazo do linho cru?"),
			replies(asBruno, before(1, time.Hour), "O linho cru chega quinta. Separo 24 peças para vocês?"),
			quotes(5*time.Hour, "Separa 30, por favor"),
			sends(4*time.Hour, card("Dona Zezé", "+55 81 95550-7744")),
			says(35*time.Minute, "Quem retira é a Dona Zezé, o contato dela é esse aí"),
		}},
	}
}

// restingStories are snoozed and resolved.
func restingStories() []demoChat {
	return []demoChat{
		{"5514955502357", InBras, []demoBeat{
			says(22*time.Hour+30*time.Minute, "Consigo visitar o showroom essa semana?"),
			replies(asAna, 22*time.Hour, "Claro, Yasmin! Quarta às 10 h?"),
			says(5*time.Hour, "Perfeito, até quarta!"),
			snoozes(asAna, 4*time.Hour, 20*time.Hour),
		}},
		{"5562955503468", InBras, []demoBeat{
			says(before(2, 3*time.Hour), "Dois vestidos vieram com o zíper quebrado 😕"),
			replies(asBruno, before(2, 2*time.Hour), "Que chato, desculpa! Troco os dois no próximo envio, sem custo."),
			quotes(before(1, 3*time.Hour), "Combinado, obrigada pela rapidez"),
			resolves(asBruno, before(1, 2*time.Hour)),
		}},
	}
}

func somewhere(latitude, longitude float64, name, address string) wa.Content {
	return wa.Content{Kind: wa.KindLocation, Location: &wa.Location{Latitude: latitude, Longitude: longitude, Name: name, Address: address}}
}

// picture is the simulator's sample.
func picture(caption string) wa.Content {
	return wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image", Caption: caption}}
}

// card is a contact, in Meta's shape.
func card(name, phone string) wa.Content {
	raw, err := json.Marshal([]any{map[string]any{
		"name": map[string]string{"formatted_name": name, "first_name": name}, "phones": []any{map[string]string{"phone": phone, "type": "CELL"}},
	}})
	if err != nil {
		return wa.Content{} // strings can be marshalled
	}
	return wa.Content{Kind: wa.KindContacts, Raw: raw}
}
