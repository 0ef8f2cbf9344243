package labs

import (
	"bufio"
	"crypto/ecdh"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.zx2c4.com/wireguard/conn"
	"golang.zx2c4.com/wireguard/device"
	"golang.zx2c4.com/wireguard/tun"
)

// wireguardArgument makes the test binary a WireGuard daemon, the measure of our
// speed: "labs.test wireguard", its configuration on standard input up to an
// empty line. It says "ready" and lasts until its input ends.
const wireguardArgument = "wireguard"

func init() {
	if len(os.Args) != 2 || os.Args[1] != wireguardArgument {
		return
	}
	if err := wireguard(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func wireguard() error {
	input := bufio.NewReader(os.Stdin)
	var config strings.Builder
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return fmt.Errorf("configuration: %w", err)
		}
		if line == "\n" {
			break
		}
		config.WriteString(line)
	}
	port, err := tun.CreateTUN("wg0", 1400)
	if err != nil {
		return fmt.Errorf("wg0: %w", err)
	}
	d := device.NewDevice(port, conn.NewDefaultBind(), device.NewLogger(device.LogLevelError, ""))
	defer d.Close()
	if err := d.IpcSet(config.String()); err != nil {
		return err
	}
	if err := d.Up(); err != nil {
		return err
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, input)
	return err
}

// wireguardPeers joins r1 and r2 of a lab of Linux nodes.
func wireguardPeers(b *testing.B, l *speedLab) {
	b.Helper()
	var keys [2]*ecdh.PrivateKey
	for i := range keys {
		var err error
		if keys[i], err = ecdh.X25519().GenerateKey(rand.Reader); err != nil {
			b.Fatal(err)
		}
	}
	for i, node := range []string{"r1", "r2"} {
		other := 1 - i
		daemon := l.command(node, os.Args[0], wireguardArgument)
		daemon.Stderr = os.Stderr
		input, err := daemon.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		output, err := daemon.StdoutPipe()
		if err == nil {
			err = daemon.Start()
		}
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { input.Close(); _ = daemon.Wait() })
		fmt.Fprintf(input, "private_key=%x\nlisten_port=51820\npublic_key=%x\nendpoint=192.0.2.%d:51820\nallowed_ip=0.0.0.0/0\n\n",
			keys[i].Bytes(), keys[other].PublicKey().Bytes(), other+1)
		if said, err := bufio.NewReader(output).ReadString('\n'); said != "ready\n" {
			b.Fatalf("%s: %q, %v", node, said, err)
		}
		l.does(node, "ip", "link", "set", "wg0", "up")
		l.does(node, "ip", "route", "add", fmt.Sprintf("172.16.%d.0/24", other+1), "dev", "wg0")
		l.routers = append(l.routers, daemon.Process.Pid)
	}
}
