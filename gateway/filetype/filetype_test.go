package filetype_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/filetype"
)

// read reads a file in pieces of a length; 0: in one.
func read(content []byte, declared, name string, piece int) wa.File {
	r := filetype.NewReading(declared, name)
	if piece == 0 {
		piece = max(1, len(content))
	}
	for part := range slices.Chunk(content, piece) {
		r.Next(part)
	}
	return r.File()
}

// box is one of ISO 14496-12.
func box(name string, content ...[]byte) []byte {
	body := slices.Concat(content...)
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), []byte(name), body)
}

// film has tracks of codings, described behind the pictures, as cameras do.
func film(brand string, codecs ...string) []byte {
	out := slices.Concat(box("ftyp", []byte(brand+"\x00\x00\x02\x00isom")), box("mdat", bytes.Repeat([]byte{0x55}, 5000)))
	for _, codec := range codecs {
		out = append(out, box("stsd", make([]byte, 4), []byte{0, 0, 0, 1}, box(codec, make([]byte, 70)))...)
	}
	return out
}

// picture is a PNG or JPEG.
func picture(t *testing.T, kind string, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		img.Set(x, 0, color.RGBA{255, 0, 0, 255}) // red at the top
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	if kind == "jpeg" {
		out.Reset()
		err = jpeg.Encode(&out, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pngHead is a picture that says to have a size, and has nothing more.
func pngHead(w, h uint32, depth byte) []byte {
	ihdr := slices.Concat([]byte("IHDR"), binary.BigEndian.AppendUint32(nil, w), binary.BigEndian.AppendUint32(nil, h), []byte{depth, 2, 0, 0, 0})
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(ihdr)))
}

func webp(flags byte, w, h int) []byte {
	return slices.Concat([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"), []byte{flags, 0, 0, 0},
		[]byte{byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0}, make([]byte, 40))
}

func opus(channels byte) []byte {
	return slices.Concat([]byte("OggS"), make([]byte, 24), []byte("OpusHead\x01"), []byte{channels}, make([]byte, 100))
}

// What a file is and may be sent as, whatever is said of it.
func TestContentSaysWhatAFileIs(t *testing.T) {
	t.Parallel()
	zip := func(parts ...string) []byte {
		return []byte("PK\x03\x04" + strings.Repeat("\x00", 26) + strings.Join(parts, "\x00"))
	}
	for name, c := range map[string]struct {
		content        []byte
		declared, file string
		mime, kinds    string
	}{
		"JPEG":                  {picture(t, "jpeg", 20, 10), "image/jpeg", "a.jpg", "image/jpeg", "image document"},
		"JPEG by another name":  {picture(t, "jpeg", 20, 10), "image/jpg", "a.jpg", "image/jpeg", "image document"},
		"PNG that says JPEG":    {picture(t, "png", 20, 10), "image/jpeg", "a.jpg", "image/png", "image document"},
		"PNG of 16 bits":        {pngHead(10, 10, 16), "image/png", "a.png", "image/png", "document"},
		"PNG of 50,000 pixels":  {pngHead(50_000, 50_000, 8), "image/png", "a.png", "image/png", "document"},
		"PNG of a long side":    {pngHead(50_000, 10, 8), "image/png", "a.png", "image/png", "document"},
		"GIF":                   {[]byte("GIF89a\x0a\x00\x0a\x00\x00\x00\x00"), "image/gif", "", "image/gif", "document"},
		"HEIC":                  {film("heic"), "image/heic", "a.heic", "image/heic", "document"},
		"sticker":               {webp(0, 512, 512), "image/webp", "a.webp", "image/webp", "sticker document"},
		"sticker that moves":    {webp(2, 512, 512), "image/webp", "a.webp", "image/webp", "sticker document"},
		"WebP of another size":  {webp(0, 100, 100), "image/webp", "a.webp", "image/webp", "document"},
		"film":                  {film("isom", "avc1", "mp4a"), "video/mp4", "a.mp4", "video/mp4", "video document"},
		"film without sound":    {film("mp42", "avc1"), "video/mp4", "a.mp4", "video/mp4", "video document"},
		"film of H.265":         {film("isom", "hvc1", "mp4a"), "video/mp4", "a.mp4", "video/mp4", "document"},
		"film of Opus":          {film("isom", "avc1", "Opus"), "video/mp4", "a.mp4", "video/mp4", "document"},
		"film of nothing":       {film("isom"), "video/mp4", "a.mp4", "video/mp4", "document"},
		"QuickTime":             {film("qt  ", "avc1"), "video/mp4", "a.mov", "video/quicktime", "document"},
		"3GPP":                  {film("3gp4", "avc1", "samr"), "video/3gpp", "a.3gp", "video/3gpp", "video document"},
		"sound in MP4":          {film("M4A ", "mp4a"), "audio/mp4", "a.m4a", "audio/mp4", "audio document"},
		"recording of Safari":   {film("isom", "mp4a"), "audio/mp4", "", "audio/mp4", "audio document"},
		"voice":                 {opus(1), "audio/ogg; codecs=opus", "", "audio/ogg", "audio document"},
		"Vorbis":                {[]byte("OggS" + strings.Repeat("\x00", 24) + "\x01vorbis"), "audio/ogg", "", "audio/ogg", "document"},
		"MP3":                   {[]byte("ID3\x04rest"), "audio/mp3", "", "audio/mpeg", "audio document"},
		"AMR":                   {[]byte("#!AMR\nrest"), "", "", "audio/amr", "audio document"},
		"WAV":                   {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), "audio/x-wav", "", "audio/wav", "document"},
		"WebM":                  {[]byte("\x1a\x45\xdf\xa3rest"), "audio/webm;codecs=opus", "", "audio/webm", "document"},
		"PDF that says JPEG":    {[]byte("%PDF-1.7\n"), "image/jpeg", "a.jpg", "application/pdf", "document"},
		"Word":                  {zip("[Content_Types].xml", "word/document.xml"), "", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"},
		"zip that says Word":    {zip("bomb.bin"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx", "application/zip", "document"},
		"old Excel":             {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "", "a.xls", "application/vnd.ms-excel", "document"},
		"program that says PNG": {[]byte("MZ\x90\x00"), "image/png", "a.png", "application/x-executable", "document"},
		"HTML that says PNG":    {[]byte("\xef\xbb\xbf  <!DOCTYPE html><script>"), "image/png", "a.png", "text/html", "document"},
		"HTML that says text":   {[]byte("<p>x</p><html>"), "text/plain", "a.txt", "text/html", "document"},
		"SVG":                   {[]byte("<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>"), "image/svg+xml", "a.svg", "image/svg+xml", "document"},
		"SVG that says PNG":     {[]byte(" <svg xmlns='x'/>"), "image/png", "a.png", "image/svg+xml", "document"},
		"script":                {[]byte("#!/bin/sh\n"), "text/plain", "a", "text/x-script", "document"},
		"JavaScript":            {[]byte("alert(1)"), "text/javascript", "a.js", "text/javascript", "document"},
		"text":                  {[]byte("olá, São Paulo\n"), "", "a.txt", "text/plain", "document"},
		"table":                 {[]byte("a;b\n1;2\n"), "text/csv", "a.csv", "text/csv", "document"},
		"text that says PNG":    {[]byte("hello"), "image/png", "a.png", "text/plain", "document"},
		"bytes that say PNG":    {[]byte("\x00\x01\x02\x03\x04\x05"), "image/png", "a.png", filetype.Unknown, "document"},
		"bytes of an unknown":   {[]byte("\x00\x01\x02\x03\x04\x05"), "application/vnd.sketchup.skp", "a.skp", "application/vnd.sketchup.skp", "document"},
		"no type at all":        {[]byte("\x00\x01"), "image/png\r\nX: 1", "", filetype.Unknown, "document"},
	} {
		for _, piece := range []int{0, 100, 4096} {
			if piece != 0 && !bytes.Contains(c.content, []byte("ftyp")) {
				continue // the first piece of all else is the beginning
			}
			f := read(c.content, c.declared, c.file, piece)
			if got := strings.Join(f.Kinds(), " "); f.MIME != c.mime || got != c.kinds || f.Size != int64(len(c.content)) {
				t.Errorf("%s in pieces of %d: %+v, to be sent as %s; want %s as %s", name, piece, f, got, c.mime, c.kinds)
			}
		}
	}
	if !read(opus(1), "", "", 0).Voice || read(opus(2), "", "", 0).Voice {
		t.Error("a voice message has one channel")
	}
	if f := read(webp(2, 512, 300), "", "", 0); !f.Animated || f.Width != 512 || f.Height != 300 {
		t.Errorf("%+v", f)
	}
}

// No content makes the reading panic, however it is cut.
func FuzzReading(f *testing.F) {
	f.Add(film("isom", "avc1", "mp4a"), 100)
	f.Add(webp(2, 512, 512), 9)
	f.Add(opus(1), 30)
	f.Add([]byte("ftypftyp"), 1)
	f.Fuzz(func(t *testing.T, content []byte, piece int) {
		file := read(content, "video/mp4", "a.mp4", min(max(piece, 1), 1<<16))
		if file.MIME == "" && len(content) > 0 || file.Size != int64(len(content)) {
			t.Errorf("%+v", file)
		}
		if _, err := filetype.Thumb(bytes.NewReader(content)); err != nil && !errors.Is(err, filetype.ErrNoThumb) {
			t.Error(err)
		}
	})
}

func TestThumb(t *testing.T) {
	t.Parallel()
	small, err := filetype.Thumb(bytes.NewReader(picture(t, "png", 1000, 500)))
	if err != nil {
		t.Fatal(err)
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(small))
	if err != nil || kind != "jpeg" || config.Width != filetype.ThumbSide || config.Height != filetype.ThumbSide/2 {
		t.Errorf("%s, %+v, %v", kind, config, err)
	}
	// A header may say what it likes: nothing of that size is decoded.
	for name, content := range map[string][]byte{
		"too many pixels": pngHead(50_000, 50_000, 8), "a long side": pngHead(1<<31-1, 1, 8), "half a picture": picture(t, "png", 100, 100)[:60],
		"no picture": []byte("hello"), "nothing": nil,
	} {
		if _, err := filetype.Thumb(bytes.NewReader(content)); !errors.Is(err, filetype.ErrNoThumb) {
			t.Errorf("%s: %v; want ErrNoThumb", name, err)
		}
	}
}

// A picture stands as the camera was held.
func TestThumbIsTurned(t *testing.T) {
	t.Parallel()
	plain := picture(t, "jpeg", 40, 20)
	for orientation, want := range map[byte]image.Point{1: {40, 20}, 3: {40, 20}, 6: {20, 40}, 8: {20, 40}} {
		exif := slices.Concat([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), []byte{orientation, 0, 0, 0, 0, 0, 0})
		segment := slices.Concat([]byte{0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2)), exif)
		small, err := filetype.Thumb(bytes.NewReader(slices.Concat(plain[:2], segment, plain[2:])))
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(small))
		if err != nil || img.Bounds().Size() != want {
			t.Errorf("orientation %d: %v, %v; want %v", orientation, img.Bounds(), err, want)
		}
		// The red line was at the top of the sensor.
		at := map[byte]image.Point{1: {20, 0}, 3: {20, 19}, 6: {19, 20}, 8: {0, 20}}[orientation]
		if r, _, b, _ := img.At(at.X, at.Y).RGBA(); r < 0x5000 || r < b {
			t.Errorf("orientation %d: the line is not at %v", orientation, at)
		}
	}
}
