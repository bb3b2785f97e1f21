using System.Text;

namespace GpuNN;

/// <summary>
/// Writes a file whole or not at all: into <c>name.tmp</c> beside it, flushed to the disk, then renamed over it. Whoever
/// reads the file sees the old content or the new one; after an error or a kill the old one stands.
/// </summary>
public static class AtomicFile
{
    /// <summary>What a file is called while it is being written.</summary>
    public const string TemporaryEnd = ".tmp";

    /// <summary>Writes a file by a function that fills a stream.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; whatever it throws, the old file stays.</param>
    /// <exception cref="IOException">The file could not be written: a full disk, no permission, no such folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = path + TemporaryEnd;
        try
        {
            try
            {
                using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                {
                    write(file);
                    file.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                Remove(temporary);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var there = File.Exists(path) ? "The file that was there is as before." : "No file was left there.";
            throw new IOException(
                $"Could not write {Path.GetFullPath(path)}: {exception.Message}\n{there} {Fix(exception)}", exception);
        }
    }

    /// <summary>Writes a text as UTF-8 without a mark at its start.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell; a left-over is written over the next time.
        }
    }

    private static string Fix(Exception exception) => exception switch
    {
        DirectoryNotFoundException => "Make the folder first.",
        UnauthorizedAccessException => "Choose a folder that may be written to.",
        _ => "Make room on the disk, or choose another folder.",
    };
}
