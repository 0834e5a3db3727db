package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// shotLimit keeps the README quick to load.
const shotLimit = 150 << 10

// The pictures of the README, of the demo as a newcomer meets it; make
// screenshots puts them where the README looks.
func testDemoScreenshots(t *testing.T, c *chromium) {
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)")
	ana.open(d.Gateway)
	ana.live()
	phones := ana.another()
	phones.open(d.Phones)
	phones.shows("#link", "live")
	phones.shows(".msg.out", "Se fechar 6%")

	ana.pick("unclaimed", "Helena")
	ana.message("Se fechar 6%", "")
	ana.write(at("compose"), "Fechado, Helena: 6% nas 40 peças, no Pix até o meio-dia.")
	ana.press(kb.Enter)
	ana.message("Fechado, Helena", "read")
	ana.click(at("view-mine"))
	ana.row("Wellington")
	ana.write(at("compose"), "Te mando a chave e já deixo separado")
	ana.lacks(at("toast"))
	ana.script("document.activeElement.blur()")
	ana.accessible("inbox of the README")
	ana.shot("inbox")
	phones.shows(".msg.in", "Fechado, Helena")
	phones.shot("phones")

	ana.pick("all", "Mundo Feminino")
	ana.mode("other")
	ana.message("Separa 30", "")
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("dark inbox of the README")
	ana.shot("inbox dark")
	ana.scheme("light")
	ana.pick("mine", "Wellington")
	ana.size(360, 740)
	ana.message("Preciso fechar hoje", "")
	ana.fits()
	ana.shot("inbox phone")

	for _, name := range []string{"inbox", "inbox-dark", "inbox-phone", "phones"} {
		shrink(t, filepath.Join(c.shots, name+".png"))
	}
}

// shrink gives a picture 256 colours.
func shrink(t *testing.T, name string) {
	t.Helper()
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("decode %s: %v", name, err)
	}
	few := image.NewPaletted(full.Bounds(), paletteOf(full))
	draw.Draw(few, few.Bounds(), full, image.Point{}, draw.Src)
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, few); err != nil || small.Len() > shotLimit {
		t.Errorf("picture %s has %d bytes, want %d at most (%v)", name, small.Len(), shotLimit, err)
	}
	if err := os.WriteFile(name, small.Bytes(), 0o600); err != nil {
		t.Error(err)
	}
}

// paletteOf takes the commonest colour of each neighbourhood, so that none is
// lost, and then the commonest of all.
func paletteOf(picture image.Image) color.Palette {
	count := map[color.RGBA]int{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			count[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var chosen, rest color.Palette
	near := map[color.RGBA]bool{}
	for _, c := range colours {
		around := color.RGBA{c.R >> 5, c.G >> 5, c.B >> 5, 0}
		if near[around] {
			rest = append(rest, c)
			continue
		}
		near[around] = true
		chosen = append(chosen, c)
	}
	chosen = append(chosen, rest...)
	return chosen[:min(len(chosen), 256)]
}
