using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Safetensors files: what is written comes back, and damaged ones are refused with the reason.</summary>
public sealed class SafeTensorsTests
{
    private TemporaryFolder folder = null!;
    private string path = null!;

    [SetUp]
    public void MakeFolder() => path = (folder = new TemporaryFolder())["model.safetensors"];

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static StoredTensor Floats(string name, params float[] values) => new(name, [values.Length], (ReadOnlyMemory<float>)values);

    [Test]
    public void What_is_written_comes_back_to_the_bit()
    {
        float[] values = [1.5f, -0f, float.NaN, float.NegativeInfinity, float.Epsilon, float.MaxValue];
        SafeTensors.Write(path,
        [
            new StoredTensor("b.weight", [2, 3], (ReadOnlyMemory<float>)values), new StoredTensor("step", Shape.Scalar, (ReadOnlyMemory<int>)new[] { -7 }),
            new StoredTensor("a.empty", [0, 4], (ReadOnlyMemory<float>)Array.Empty<float>()),
        ], new Dictionary<string, string> { ["state"] = "{\"epoch\": 3, \"text\": \"ä\\n\"}", ["format"] = "gpunn" });

        var file = SafeTensors.Read(path);
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "a.empty", "b.weight", "step" }));
        Assert.That(file.Metadata, Has.Count.EqualTo(2));
        Assert.That(file.Metadata["state"], Is.EqualTo("{\"epoch\": 3, \"text\": \"ä\\n\"}"));
        var weight = file.Find("b.weight")!;
        Assert.That((weight.Shape, weight.Kind), Is.EqualTo((Shape.Of(2, 3), ElementKind.Float)));
        Assert.That(weight.Floats.ToArray().Select(BitConverter.SingleToInt32Bits), Is.EqualTo(values.Select(BitConverter.SingleToInt32Bits)));
        Assert.That(file.Find("step")!.Ints.ToArray(), Is.EqualTo(new[] { -7 }));
        Assert.That(file.Find("step")!.Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(file.Find("a.empty")!.Shape, Is.EqualTo(Shape.Of(0, 4)));
        Assert.That(file.Find("missing"), Is.Null);
        Assert.That(() => weight.Ints, Throws.InvalidOperationException.With.Message.Contains("b.weight"));
        Assert.That(File.Exists(path + AtomicFile.TemporaryEnd), Is.False);
    }

    [Test]
    public void The_layout_is_the_one_of_the_format()
    {
        SafeTensors.Write(path, [Floats("w", 1, 2)]);
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.That(length % 8, Is.Zero);
        Assert.That(Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(), Is.EqualTo("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"""));
        Assert.That(bytes[(8 + length)..], Is.EqualTo(new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 }));
    }

    [Test]
    public void The_same_content_gives_the_same_bytes()
    {
        SafeTensors.Write(path, [Floats("a", 1), Floats("b", 2)], new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        var first = File.ReadAllBytes(path);
        SafeTensors.Write(path, [Floats("b", 2), Floats("a", 1)], new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(first));
    }

    [Test]
    public void Names_must_be_there_once()
    {
        Assert.That(() => SafeTensors.Write(path, [Floats("a", 1), Floats("a", 2)]), Throws.ArgumentException.With.Message.Contains("'a' comes twice"));
        Assert.That(() => SafeTensors.Write(path, [Floats("", 1)]), Throws.ArgumentException);
        Assert.That(() => SafeTensors.Write(path, [Floats("__metadata__", 1)]), Throws.ArgumentException);
        Assert.That(() => new StoredTensor("a", [3], (ReadOnlyMemory<float>)new float[2]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs 3"));
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Other_element_types_are_converted()
    {
        Foreign("""
            {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},
            "d":{"dtype":"F64","shape":[],"data_offsets":[6,14]},"l":{"dtype":"I64","shape":[1],"data_offsets":[14,22]},
            "u":{"dtype":"U8","shape":[2],"data_offsets":[22,24]},"s":{"dtype":"I16","shape":[1],"data_offsets":[24,26]}}
            """, [0, 0x3E, 0, 0xFC, 0xC0, 0xBF, .. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-5L), 0, 255, .. BitConverter.GetBytes((short)-300)]);
        var file = SafeTensors.Read(path);
        Assert.That(file.Find("h")!.Floats.ToArray(), Is.EqualTo(new[] { 1.5f, float.NegativeInfinity }));
        Assert.That(file.Find("b")!.Floats.ToArray(), Is.EqualTo(new[] { -1.5f }));
        Assert.That(file.Find("d")!.Floats.ToArray(), Is.EqualTo(new[] { 0.1f }));
        Assert.That(file.Find("l")!.Ints.ToArray(), Is.EqualTo(new[] { -5 }));
        Assert.That(file.Find("u")!.Ints.ToArray(), Is.EqualTo(new[] { 0, 255 }));
        Assert.That(file.Find("s")!.Ints.ToArray(), Is.EqualTo(new[] { -300 }));
    }

    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "JSON")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlap")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gaps")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "need 8 bytes", "has 4", "cut off")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "need 4 bytes", "has 5")]
    [TestCase("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""", 4, "needs 12 bytes", "hold 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":["0",4]}}""", 4, "begin <= end")]
    [TestCase("""{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,4]}}""", 4, "2^31")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "axis 0")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "axis 0")]
    [TestCase("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "'Q4'")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "needs dtype, shape and two data_offsets")]
    [TestCase("""{"a":7}""", 0, "needs dtype, shape and two data_offsets")]
    [TestCase("""{"__metadata__":{"a":7}}""", 0, "text to text")]
    [TestCase("""{"__metadata__":[]}""", 0, "must be an object")]
    [TestCase("""[1,2]""", 0, "JSON object")]
    [TestCase("""{"a":""", 0, "no valid JSON")]
    [TestCase("""{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "JSON")]
    [TestCase("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", -8, "1E+300")]
    [TestCase("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", -8, "32-bit integer")]
    public void Damaged_headers_are_refused_with_the_reason(string header, int body, params string[] parts)
    {
        Foreign(header, body < 0 ? BitConverter.GetBytes(1e300) : new byte[body]);
        Refused(parts);
    }

    [Test]
    public void Cut_or_foreign_files_are_refused_with_the_reason()
    {
        File.WriteAllBytes(path, [1, 2, 3]);
        Refused("at least 8 bytes", "has 3");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(100_000_001UL), 1]);
        Refused("100,000,001");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(ulong.MaxValue), 1]);
        Refused("18,446,744,073,709,551,615");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(1000UL), .. new byte[10]]);
        Refused("needs 1,008 bytes", "has 18", "cut off");
        Assert.That(() => SafeTensors.Read(folder["none"]), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public void A_file_cut_or_with_any_byte_changed_never_brings_the_program_down()
    {
        SafeTensors.Write(path, [Floats("a", 1, 2, 3), Floats("b.c", 4)], new Dictionary<string, string> { ["k"] = "v\\\"" });
        var good = File.ReadAllBytes(path);
        for (var length = 0; length < good.Length; length += 3)
        {
            File.WriteAllBytes(path, good[..length]);
            Refused();
        }
        var random = new Random(1);
        for (var trial = 0; trial < 400; trial++)
        {
            var bad = good.ToArray();
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bad);
            Assert.That(ReadOrRefused, Throws.Nothing);
        }
    }

    private void ReadOrRefused()
    {
        try
        {
            SafeTensors.Read(path);
        }
        catch (InvalidDataException)
        {
            // Refusing is right, and so is reading: a changed byte may lie in a number.
        }
    }

    private void Foreign(string header, byte[] body)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)bytes.Length), .. bytes, .. body]);
    }

    private void Refused(params string[] parts)
    {
        var message = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(path))!.Message;
        Assert.That(message, Does.Contain(path));
        foreach (var part in parts)
            Assert.That(message, Does.Contain(part));
    }
}
