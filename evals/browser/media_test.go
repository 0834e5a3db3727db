package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// send sends a sample file from Helena's phone.
func send(t *testing.T, d *prosatest.Desk, m wa.Media) {
	t.Helper()
	if _, err := d.Sim.SendContent(prosatest.Helena, prosatest.Brasil, wa.Content{Kind: wa.KindMedia, Media: &m}); err != nil {
		t.Fatal(err)
	}
}

// Files that a customer sends: a placeholder becomes the file without a reload;
// pictures open large, sound plays, documents are saved; all of it by keyboard.
func testInboxMedia(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Bom dia!")
	b := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	b.pick("all", "Helena")
	b.message("Bom dia!", "")

	phone := c.window(t)
	phone.open(d.Sim.URL())
	phone.see("document.querySelector('#link').classList.contains('is-late') === false && document.querySelector('[role=option][aria-selected=true]')")
	phone.write("#text", "Verde, cru e terracota")
	phone.click("#attach")
	phone.click("#files [data-kind=image]")
	phone.see("document.querySelector('.msg.out img.pic')?.naturalWidth > 0")
	b.see("document.querySelector('[data-test=picture] img')?.naturalWidth > 0")
	b.shows(".has-pic .caption", "Verde, cru e terracota")
	b.see("document.querySelector('[data-test=picture] img').alt === 'Image from Helena Prado'")

	send(t, d, wa.Media{Type: "document", FileName: "Pedido 1042.pdf", Caption: "Segue o pedido"})
	b.shows(at("document"), "Pedido 1042.pdf")
	b.shows(at("document"), "PDF")
	b.see(`(async () => {
		const answer = await fetch(document.querySelector('[data-test=document]').href);
		return answer.headers.get('Content-Disposition').startsWith('attachment') && (await answer.text()).startsWith('%PDF');
	})()`)
	send(t, d, wa.Media{Type: "sticker"})
	b.see("document.querySelector('[data-test=sticker]')?.naturalWidth > 0")
	send(t, d, wa.Media{Type: "video"})
	b.see("document.querySelector('[data-test=film] video')?.videoWidth > 0")
	send(t, d, wa.Media{Type: "audio", Voice: true})
	b.shows(at("voice"), "0:04")
	playsByKeyboard(b)
	b.accessible("thread with files")
	b.shot("inbox media light")
	viewerByKeyboard(b)

	// What failed is said, and can be wanted again.
	failsLater(t, d)
	b.shows(at("media-missing"), "could not be fetched")
	b.accessible("failed file")
	b.shot("inbox media failed")
	b.click(at("media-again"))
	b.see("document.querySelector('[data-test=picture] img')?.naturalWidth > 0")
	execDesk(t, d, `UPDATE media SET state = 'dropped' WHERE mime = 'application/pdf'`)
	b.open(d.Url + "/inbox/all")
	b.live()
	b.click(b.row("Helena"))
	b.shows(at("media-missing"), "No longer kept")

	b.scheme("dark")
	b.shot("inbox media dark")
	b.size(360, 740)
	b.fits()
	b.shot("inbox media 360 dark")
	b.scheme("light")
	b.script("document.querySelector('[data-test=picture]').scrollIntoView({ block: 'center' })")
	b.shot("inbox media 360")
	b.click(at("picture"))
	b.see("document.querySelector('[data-test=viewer] img')?.naturalWidth > 0")
	b.fits()
	b.shot("inbox media 360 viewer")
}

// playsByKeyboard plays the voice message and goes on in it.
func playsByKeyboard(b *tab) {
	b.t.Helper()
	b.see("document.querySelector('[data-test=voice]').dataset.plays === 'false'")   // nothing plays by itself
	b.script("document.querySelector('[data-test=voice] audio').playbackRate = .25") // four seconds may go by between two looks
	b.script("document.querySelector('[data-test=play]').focus()")
	b.press(" ")
	b.see("document.querySelector('[data-test=voice]').dataset.plays === 'true'")
	b.see("Number(document.querySelector('[data-test=wave]').getAttribute('aria-valuenow')) > 0")
	b.press(" ")
	b.see("document.querySelector('[data-test=voice]').dataset.plays === 'false'")
	b.press(kb.Tab)
	b.see("document.activeElement.matches('[data-test=wave]')")
	b.press(kb.Home)
	b.see("document.querySelector('[data-test=wave]').getAttribute('aria-valuenow') === '0'")
	b.press(kb.ArrowRight)
	b.see("document.querySelector('[data-test=wave]').getAttribute('aria-valuetext') === '0:04 of 0:04'")
}

// viewerByKeyboard opens the viewer, goes through it and closes it.
func viewerByKeyboard(b *tab) {
	b.t.Helper()
	b.script("document.querySelector('[data-test=picture]').focus()")
	b.press(kb.Enter)
	b.see("document.querySelector('[data-test=viewer] img')?.naturalWidth > 0")
	b.shows(at("viewer-place"), "1 of 2")
	b.see("document.querySelector('[data-test=viewer]').contains(document.activeElement)")
	b.accessible("viewer")
	b.shot("inbox media viewer")
	b.press(kb.ArrowRight)
	b.shows(at("viewer-place"), "2 of 2")
	b.see("document.querySelector('[data-test=viewer] video')?.videoWidth > 0")
	b.see("document.querySelector('[data-test=viewer] video').paused") // come across, not asked for
	b.press(kb.ArrowRight)                                             // there is no more
	b.press(kb.ArrowLeft)
	b.shows(at("viewer-place"), "1 of 2")
	b.press(kb.Escape)
	b.lacks(at("viewer"))
	b.see("document.activeElement.matches('[data-test=picture]')")
}

// failsLater makes the picture one whose fetch has failed, as the relay would: the
// conversation is to be told.
func failsLater(t *testing.T, d *prosatest.Desk) {
	t.Helper()
	const fail = `UPDATE media SET state = 'failed', reason = 'unavailable' WHERE mime = 'image/jpeg'
		RETURNING phone_number_id, contact_id, message_id, attempt`
	var number, contact string
	record := &actorpb.RecordMedia{Reason: "unavailable"}
	if err := d.Db.QueryRow(t.Context(), fail).Scan(&number, &contact, &record.MessageId, &record.Attempt); err != nil {
		t.Fatal(err)
	}
	outcome, err := actorpb.EncodeCommand(record)
	if err != nil {
		t.Fatal(err)
	}
	const tell = `INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, state, changed_at, body, outcome)
		VALUES (2, $1, $2, $3, $4, 0, 0, 0, now(), 2, now() - interval '3 s', '', $5)`
	if _, err := d.Db.Exec(t.Context(), tell, number, contact, record.MessageId, record.Attempt, outcome); err != nil {
		t.Fatal(err)
	}
}

func execDesk(t *testing.T, d *prosatest.Desk, sql string) {
	t.Helper()
	if _, err := d.Db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
