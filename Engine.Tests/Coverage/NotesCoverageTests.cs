using System.Reflection;
using System.Text;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// What of the notes is answered, and by which tests. The table in the README is written from here: run these tests with the
/// environment variable GPUNN_WRITE_DOCS=1.
/// </summary>
public sealed class NotesCoverageTests
{
    private static readonly ILookup<(string, string), string> Tests = Cited();

    [Test]
    public void Each_heading_stands_in_the_list_once() => Assert.That(
        NotesHeadings.All.GroupBy(heading => (heading.Heading, heading.Title)).Where(group => group.Count() > 1), Is.Empty);

    [Test]
    public void Tests_cite_headings_that_exist()
    {
        var known = NotesHeadings.All.Select(heading => (heading.Heading, heading.Title)).ToHashSet();
        Assert.That(Tests.Where(cited => !known.Contains(cited.Key)).Select(cited => $"{cited.Key} in {string.Join(", ", cited)}"), Is.Empty);
    }

    [Test]
    public void A_heading_is_done_when_a_test_answers_it()
    {
        var wrong = NotesHeadings.All.Where(heading => heading.IsDone != Tests.Contains((heading.Heading, heading.Title)))
            .Select(heading => $"{heading.Heading} {heading.Title}: listed as {(heading.IsDone ? "done, but no test cites it" : "later, but a test cites it")}");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_table_in_the_readme_is_up_to_date() => GeneratedTable.Check("coverage", Table());

    private static string Table()
    {
        var done = NotesHeadings.All.Count(heading => heading.IsDone);
        var text = new StringBuilder($"{done} of the {NotesHeadings.All.Count} headings of the notes are answered by tests.\n\n| heading | title | tests |\n| --- | --- | --- |\n");
        foreach (var heading in NotesHeadings.All)
            text.Append($"| {heading.Heading} | {heading.Title} | {string.Join(", ", Tests[(heading.Heading, heading.Title)].Select(test => $"`{test}`"))} |\n");
        return text.ToString();
    }

    private static ILookup<(string, string), string> Cited()
    {
        const BindingFlags Anything = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return typeof(NotesCoverageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Anything).Cast<MemberInfo>().Prepend(type)
                .SelectMany(member => member.GetCustomAttributes<NotesAttribute>(), (_, notes) => (Key: (notes.Heading, notes.Title), type.Name)))
            .Distinct().OrderBy(cited => cited.Name, StringComparer.Ordinal)
            .ToLookup(cited => cited.Key, cited => cited.Name);
    }
}
